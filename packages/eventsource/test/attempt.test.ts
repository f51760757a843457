import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Attempt } from "../src/attempt.ts";

function attemptOf(context: TestContext, patience: number): { attempt: Attempt; silences: () => number } {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let count = 0;
  const attempt = new Attempt(patience, () => count++);
  return { attempt, silences: () => count };
}

test("is silent when no sign of life has come for as long as it is patient", (context) => {
  const { attempt, silences } = attemptOf(context, 100);
  context.mock.timers.tick(99);
  attempt.alive();
  context.mock.timers.tick(99);
  assert.equal(silences(), 0);
  context.mock.timers.tick(1);
  assert.equal(silences(), 1);
});

test("waits for ever without patience, while it rests, and when it has ended", (context) => {
  const { attempt, silences } = attemptOf(context, 0);
  context.mock.timers.tick(1_000_000);
  attempt.rest();
  attempt.end();
  assert.equal(silences(), 0);
});

test("a rest lasts until the next sign of life", (context) => {
  const { attempt, silences } = attemptOf(context, 100);
  attempt.rest();
  context.mock.timers.tick(1_000);
  attempt.alive();
  context.mock.timers.tick(100);
  assert.equal(silences(), 1);
});

test("its end aborts, and no sign of life wakes it again", (context) => {
  const { attempt, silences } = attemptOf(context, 100);
  attempt.end();
  attempt.end();
  attempt.alive();
  context.mock.timers.tick(1_000);
  assert.deepEqual([attempt.signal.aborted, silences()], [true, 0]);
});
