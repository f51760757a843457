/** Liveness: when to ask, and when to give up. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Liveness } from "../../src/protocol/liveness.ts";

const heartbeat = { interval: 100, timeout: 50 };

test("silence is asked about once, and given up after the timeout", () => {
  const liveness = new Liveness(heartbeat);
  assert.equal(liveness.asks(1000), false);
  assert.equal(liveness.due(1000), 1100);
  assert.equal(liveness.asks(1099), false);
  assert.equal(liveness.asks(1100), true);
  assert.equal(liveness.asks(1101), false);
  assert.equal(liveness.due(1101), 1150);
  assert.equal(liveness.gaveUp(1149), false);
  assert.equal(liveness.gaveUp(1150), true);
});

test("any sign of life begins anew", () => {
  const liveness = new Liveness(heartbeat);
  liveness.asks(1000);
  liveness.asks(1100);
  liveness.heard(1120);
  assert.equal(liveness.gaveUp(1150), false);
  assert.equal(liveness.due(1120), 1220);
  assert.equal(liveness.asks(1220), true);
});

test("a timeout longer than the interval does not put off the next ping", () => {
  const liveness = new Liveness({ interval: 100, timeout: 1000 });
  liveness.asks(0);
  assert.equal(liveness.asks(100), true);
  assert.equal(liveness.due(100), 200);
  liveness.heard(110);
  assert.equal(liveness.asks(200), false);
  assert.equal(liveness.due(200), 210);
  assert.equal(liveness.asks(210), true);
  for (let now = 310; now < 1210; now += 100) assert.equal(liveness.asks(now), false);
  assert.equal(liveness.due(1200), 1210);
  assert.equal(liveness.gaveUp(1210), true);
});
