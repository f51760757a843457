/** Runs a program to its end, within a time. */

import { execFile } from "node:child_process";

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

interface Program {
  readonly folder: string;
  readonly command: readonly [program: string, ...parameters: string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds until it is ended. @default 60_000 */
  readonly timeout?: number;
}

export function runProgram({ folder, command, env = {}, timeout = 60_000 }: Program): Promise<Outcome> {
  const [program, ...parameters] = command;
  const options = { cwd: folder, env: { ...process.env, ...env }, timeout, maxBuffer: 16 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(program, parameters, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      const ended = error?.killed === true ? `\nended after ${timeout} ms` : "";
      resolve({ code, output: stdout + stderr + ended });
    });
  });
}
