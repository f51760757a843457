/** What a program prints. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { TestContext } from "node:test";

/** @returns its standard output, when it has ended well */
export async function childOutput(t: TestContext, command: string, parameters: readonly string[]): Promise<string> {
  const child = spawn(command, parameters, { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill());
  const [printed, complaints]: [string[], string[]] = [[], []];
  child.stdout.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => complaints.push(text));
  const [status] = await once(child, "close");
  assert.equal(status, 0, complaints.join(""));
  return printed.join("");
}
