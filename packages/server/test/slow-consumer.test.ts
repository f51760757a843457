/** When a client counts as too slow. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { SlowConsumer } from "../src/slow-consumer.ts";

function setUp(): { consumer: SlowConsumer; state: { waiting: number; exceeded: number }; pass(ms: number): void } {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setImmediate", "Date"] });
  const state = { waiting: 0, exceeded: 0 };
  const consumer = new SlowConsumer({
    limits: { bytes: 100, age: 1_000 },
    now: () => Date.now(),
    waiting: () => state.waiting,
    exceeded: () => {
      state.exceeded += 1;
    },
  });
  return { consumer, state, pass: (ms) => mock.timers.tick(ms) };
}

test("a client that takes everything never is", () => {
  const { consumer, state, pass } = setUp();
  for (let n = 0; n < 10; n++) {
    consumer.sent(1_000);
    pass(10_000);
  }
  assert.equal(state.exceeded, 0);
});

test("more waits than the budget: at once, and told once", () => {
  const { consumer, state, pass } = setUp();
  state.waiting = 101;
  consumer.sent(101);
  assert.equal(state.exceeded, 1);
  consumer.sent(1);
  pass(10_000);
  assert.equal(state.exceeded, 1);
});

test("a byte waits too long: by time alone, though nothing more is sent", () => {
  const { consumer, state, pass } = setUp();
  state.waiting = 50;
  consumer.sent(50);
  pass(0);
  pass(999);
  assert.equal(state.exceeded, 0);
  pass(1);
  assert.equal(state.exceeded, 1);
});

test("what was written as far as it could be is judged at once", () => {
  const { consumer, state, pass } = setUp();
  assert.equal(consumer.isWatching, false);
  state.waiting = 50;
  consumer.written(50);
  assert.deepEqual([consumer.isWatching, consumer.isCongested], [true, true]);
  state.waiting = 0;
  pass(1_000);
  assert.deepEqual([consumer.isWatching, state.exceeded], [false, 0]);
  state.waiting = 101;
  consumer.written(101);
  assert.equal(state.exceeded, 1);
});

test("a trickle does not help", () => {
  const { consumer, state, pass } = setUp();
  state.waiting = 50;
  consumer.sent(50);
  pass(0);
  for (let n = 1; n <= 10; n++) {
    pass(100);
    state.waiting -= 1;
  }
  assert.equal(state.exceeded, 1);
});

test("a client that catches up has its time again", () => {
  const { consumer, state, pass } = setUp();
  state.waiting = 50;
  consumer.sent(50);
  pass(0);
  pass(900);
  state.waiting = 0;
  consumer.taken();
  pass(5_000);
  state.waiting = 1;
  consumer.sent(1);
  pass(0);
  pass(999);
  assert.equal(state.exceeded, 0);
  pass(1);
  assert.equal(state.exceeded, 1);
});

test("old bytes left meanwhile, younger ones are there: the clock goes on from those", () => {
  const { consumer, state, pass } = setUp();
  state.waiting = 50;
  consumer.sent(50);
  pass(0);
  pass(500);
  state.waiting = 60;
  consumer.sent(10);
  pass(0);
  state.waiting = 10;
  pass(500);
  assert.equal(state.exceeded, 0);
  pass(500);
  assert.equal(state.exceeded, 1);
});

test("a stopped one says nothing any more", () => {
  const { consumer, state, pass } = setUp();
  state.waiting = 50;
  consumer.sent(50);
  consumer.stop();
  consumer.sent(1_000);
  pass(5_000);
  assert.equal(state.exceeded, 0);
});

test("what was sent in this tick is no congestion, what is left of an earlier one is", () => {
  const { consumer, state, pass } = setUp();
  state.waiting = 50;
  consumer.sent(50);
  assert.equal(consumer.isCongested, false);
  pass(0);
  assert.equal(consumer.isCongested, true);
  state.waiting = 0;
  assert.equal(consumer.isCongested, false);
});

test("what is taken before the end of the tick never waited", () => {
  const { consumer, state, pass } = setUp();
  state.waiting = 50;
  consumer.sent(50);
  state.waiting = 0;
  pass(10_000);
  assert.equal(consumer.isCongested, false);
  assert.equal(state.exceeded, 0);
});
