/** The process of guest-process.ts, as tests see it. */

import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Report, Visit } from "./guest-process.ts";

export class Guest {
  readonly #child: ChildProcess;
  #heard: (report: Report) => void = () => {};

  constructor() {
    this.#child = fork(join(import.meta.dirname, "guest-process.ts"), { execArgv: process.execArgv });
    this.#child.on("message", (report: Report) => this.#heard(report));
    this.#child.on("exit", (code) => this.#heard({ uncaught: `the process ended with ${code}` }));
  }

  /** @returns what it wrote down, and the bytes that its process holds; fails if something was thrown that nobody caught */
  async visit(visit: Visit): Promise<{ readonly diary: readonly string[]; readonly heap: number }> {
    const heard = new Promise<Report>((resolve) => {
      this.#heard = resolve;
    });
    this.#child.send(visit);
    const report = await heard;
    assert.ok("diary" in report, "uncaught" in report ? report.uncaught : "");
    return report;
  }

  async close(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    const [code] = await exited;
    assert.equal(code, 0);
  }
}
