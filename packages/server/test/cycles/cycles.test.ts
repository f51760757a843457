/** Clients that come, join rooms, leave them and go, in each way, by the hundred thousand: the heap ends where it began. */

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import type { Cycles, Outcome } from "./cycling.ts";

/** A process that shares its machine with others may be slow. */
const timeout = 300_000;

/** Bytes that come and go with buffers and with code that is compiled anew. What stays of one client is hundreds, of all more. */
const tolerance = 2_000_000;

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

const runs: readonly [name: string, cycles: Cycles][] = [
  [
    "a million connects, joins, leaves and disconnects in memory",
    { clients: 150_000, warmUp: 10_000, by: "memory", options: { cleanupEmptyChildNamespaces: true } },
  ],
  [
    "clients that may come back, in memory",
    {
      clients: 20_000,
      warmUp: 20_000, // the history forgets rooms only behind the first ten thousand
      by: "memory",
      options: { cleanupEmptyChildNamespaces: true, connectionStateRecovery: { maxDisconnectionDuration: 5 } },
    },
  ],
  [
    "thousands of WebSockets",
    { clients: 4_000, warmUp: 2_000, by: "WebSocket", options: { cleanupEmptyChildNamespaces: true } },
  ],
];

for (const [name, cycles] of runs) {
  test(`${name} leave nothing behind`, { timeout }, async (t) => {
    const { before, after, connects, joins, ends, stats, errors } = await cycle(cycles);
    const all = cycles.clients + cycles.warmUp;
    assert.ok(connects >= all, `${connects} of ${all}`);
    assert.equal(joins, all);
    assert.ok(Object.keys(ends).length >= 3, JSON.stringify(ends));
    assert.equal(
      Object.values(ends).reduce((sum, count) => sum + count, 0),
      connects,
    );
    assert.deepEqual(stats, { sessions: 0, namespaces: 1, sockets: 0, rooms: 0, acks: 0, away: 0, deadlines: 0 });
    assert.deepEqual(errors, []);
    assert.ok(after - before < tolerance, `${after - before} bytes`);
    t.diagnostic(`${after - before} bytes, ${JSON.stringify(ends)}`);
  });
}
