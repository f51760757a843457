/** Heartbeats by a clock that the test moves. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Heartbeat, type HeartbeatRules, serverPings } from "../../src/engine.ts";

const times = { pingInterval: 25, pingTimeout: 20 };
const pinging: HeartbeatRules = { pings: true, ...times };
const waiting: HeartbeatRules = { pings: false, ...times };

test("the server pings in Engine.IO 4, the client in Engine.IO 3", () => {
  assert.equal(serverPings(4), true);
  assert.equal(serverPings(3), false);
});

type Step = [at: number, what: "tick" | "heard", result: "ping" | "timeout" | undefined, deadline: number];

const cases: [name: string, rules: HeartbeatRules, steps: Step[]][] = [
  [
    "a ping leaves after the interval, not before",
    pinging,
    [
      [124, "tick", undefined, 125],
      [125, "tick", "ping", 145],
    ],
  ],
  [
    "a session without an answer times out",
    pinging,
    [
      [125, "tick", "ping", 145],
      [144, "tick", undefined, 145],
      [145, "tick", "timeout", 145],
    ],
  ],
  [
    "an answer begins a new interval",
    pinging,
    [
      [125, "tick", "ping", 145],
      [130, "heard", undefined, 155],
      [155, "tick", "ping", 175],
    ],
  ],
  [
    "bytes do not delay the next ping: the other side waits for it",
    pinging,
    [
      [110, "heard", undefined, 125],
      [124, "heard", undefined, 125],
      [125, "tick", "ping", 145],
    ],
  ],
  [
    "a late tick pings first",
    pinging,
    [
      [1_000, "tick", "ping", 1_020],
      [1_020, "tick", "timeout", 1_020],
    ],
  ],
  [
    "who waits for pings gives up after interval and timeout",
    waiting,
    [
      [144, "tick", undefined, 145],
      [145, "tick", "timeout", 145],
    ],
  ],
  [
    "whatever is heard is life to who waits",
    waiting,
    [
      [140, "heard", undefined, 185],
      [184, "tick", undefined, 185],
      [185, "tick", "timeout", 185],
    ],
  ],
];

for (const [name, rules, steps] of cases) {
  test(name, () => {
    const heartbeat = new Heartbeat(rules, 100);
    for (const [now, what, result, deadline] of steps) {
      assert.equal(heartbeat[what](now), result);
      assert.equal(heartbeat.deadline, deadline);
    }
  });
}

test("a server and a client that answer at once live for ever", () => {
  const server = new Heartbeat(pinging, 0);
  const client = new Heartbeat(waiting, 0);
  for (let now = 0; now < 10_000; now++) {
    assert.equal(client.tick(now), undefined);
    if (server.tick(now) === undefined) continue;
    client.heard(now);
    server.heard(now);
  }
});
