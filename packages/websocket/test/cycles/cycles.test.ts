/** 10,000 connections that come and go, each with a message, ended in each way: the heap ends where it began. */

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import type { Cycles, Outcome } from "./cycling.ts";

const timeout = 110_000;
const count = 10_000;
/** 100 bytes for each connection: what stays of one is more. */
const tolerance = 1_000_000;

async function cycle(cycles: Cycles): Promise<Outcome> {
  const child = fork(join(import.meta.dirname, "cycling.ts"), { execArgv: [...process.execArgv, "--expose-gc"] });
  try {
    const outcome = once(child, "message");
    child.send(cycles);
    return (await outcome)[0] as Outcome;
  } finally {
    child.kill();
  }
}

for (const deflate of [false, true]) {
  test(`10,000 connections ${deflate ? "with" : "without"} compression leave nothing behind`, {
    timeout,
  }, async (t) => {
    const { before, after, echoes, closes, clients, unfinished, resources, listeners } = await cycle({
      count,
      deflate,
    });
    assert.ok(echoes >= count);
    for (const code of [1000, 4000, 1005, 1006]) assert.ok((closes[code] ?? 0) > count / 10, `close ${code}`);
    assert.ok(after - before < tolerance, `${after - before} bytes`);
    assert.equal(clients, 0);
    assert.equal(unfinished, 0);
    assert.deepEqual(resources.after, resources.before);
    assert.deepEqual(listeners.after, listeners.before);
    t.diagnostic(`${after - before} bytes`);
  });
}
