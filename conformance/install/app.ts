/** A program of a user: an empty folder outside the workspace, with the packed packages installed. */

import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Outcome, runProgram } from "../program.ts";
import { npmInstall } from "./downloads.ts";

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
    return runProgram({ folder: this.folder, command: [program, ...parameters], env });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
