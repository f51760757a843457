/** What comes and goes thousands of times leaves nothing behind, and the process ends by itself. */

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import type { Outcome } from "./cycling.ts";

const timeout = 60_000;
/** What stays of one is more. */
const tolerance = 2_000_000;

const cycles: readonly [name: string, what: string, least: number][] = [
  ["reconnections", "2,000 reconnections of one source", 2_000],
  ["sources", "1,200 sources that are closed at every stage", 1_200],
  ["streams", "5,000 streams that hear a broadcast and end in every way", 5_000],
];

for (const [name, what, least] of cycles) {
  test(`${what} leave nothing behind`, { timeout }, async (t) => {
    const execArgv = [...process.execArgv, "--expose-gc"];
    const child = fork(join(import.meta.dirname, "cycling.ts"), [name], { execArgv });
    t.after(() => child.kill());
    const exited = once(child, "exit");
    const [outcome] = (await Promise.race([once(child, "message"), exited])) as [Outcome];
    const { before, after, count, unfinished, listeners } = outcome;
    assert.ok(count >= least, `${count}`);
    assert.ok(after - before < tolerance, `${after - before} bytes`);
    assert.equal(unfinished, 0);
    assert.equal(listeners[1], listeners[0]);
    assert.deepEqual(await exited, [0, null]);
    t.diagnostic(`${after - before} bytes`);
  });
}
