/** A runtime beside Node, from npm, and programs that run on it in a folder with the packed packages. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, type TestContext } from "node:test";
import { Transcript } from "../../scripts/test/readme/transcript.ts";
import { App } from "../install/app.ts";
import { download } from "../install/downloads.ts";

const tarballs = process.env.ANYWIRE_TARBALLS;
if (tarballs === undefined)
  throw new Error("ANYWIRE_TARBALLS is not set: run `npm run check`, which packs the packages first");

export interface Runtime {
  readonly name: string;
  /** Downloads it if need be. */
  command(): readonly [program: string, ...parameters: string[]];
}

/** It stands in the package that fits this machine, or where that of its name moves it to, if npm lets it. */
function programOf(name: string, version: string, { scope, path }: { scope: string; path: string }): string {
  const modules = join(download(`${name}@${version}`), "node_modules");
  const fitting = readdirSync(join(modules, scope)).map((each) => join(modules, scope, each, path));
  return fitting.find((each) => existsSync(each)) ?? join(modules, ".bin", name);
}

const deno = (): string => programOf("deno", "2.9.6", { scope: "@deno", path: "deno" });
const bun = (): string => programOf("bun", "1.4.5", { scope: "@oven", path: "bin/bun" });

export const runtimes: readonly Runtime[] = [
  { name: "deno", command: () => [deno(), "run", "--allow-all", "--no-check"] },
  { name: "bun", command: () => [bun(), "run"] },
];

/** What a program prints, and how it is ended. */
export interface Running {
  readonly printed: Transcript;
  readonly child: ChildProcess;
}

/** A folder with the packed packages and the programs of `fixtures/`, while the tests of a file run. */
export class Programs {
  private app: App | undefined;

  constructor() {
    before(() => {
      this.app = new App(String(tarballs));
      cpSync(join(import.meta.dirname, "fixtures"), this.app.folder, { recursive: true });
    });
    after(() => this.app?.remove());
  }

  write(name: string, text: string): void {
    assert.ok(this.app);
    writeFileSync(join(this.app.folder, name), text);
  }

  /** Runs it until it ends, or the test does. */
  start(t: TestContext, { command }: Runtime, ...parameters: readonly string[]): Running {
    assert.ok(this.app);
    const [program, ...first] = command();
    const child = spawn(program, [...first, ...parameters], {
      cwd: this.app.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = once(child, "exit");
    const printed = new Transcript();
    child.stdout.on("data", printed.add);
    child.stderr.on("data", printed.add);
    child.once("exit", () => printed.add("ended"));
    t.after(async () => {
      child.kill("SIGKILL");
      await ended;
    });
    return { printed, child };
  }
}
