/** A program of a user: an empty folder outside the workspace, with the packed packages installed. */

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npmInstall } from "./downloads.ts";

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

export class App {
  readonly folder: string;

  /** @param tarballs folder of what `npm pack` made */
  constructor(tarballs: string) {
    this.folder = mkdtempSync(join(tmpdir(), "anywire app "));
    writeFileSync(join(this.folder, "package.json"), '{ "name": "app", "private": true }\n');
    const files = readdirSync(tarballs).filter((name) => name.endsWith(".tgz"));
    npmInstall(
      this.folder,
      files.map((name) => join(tarballs, name)),
    );
    cpSync(join(import.meta.dirname, "fixtures"), this.folder, { recursive: true });
  }

  /** Runs a program there to its end. */
  run(program: string, parameters: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const options = { cwd: this.folder, env: { ...process.env, ...env }, timeout: 60_000 };
    return new Promise((resolve) => {
      execFile(program, parameters, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, output: stdout + stderr });
      });
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
