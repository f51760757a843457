/** One timer for all heartbeats of the process. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Heartbeats, systemClock } from "../src/heartbeats.ts";
import type { Beating } from "../src/protocol/heartbeat-schedule.ts";
import { ManualClock } from "./manual-clock.ts";

function counter(interval: number): Beating & { beats: number } {
  return {
    interval,
    beats: 0,
    beat() {
      this.beats++;
    },
  };
}

test("however many there are, one timer waits", () => {
  const clock = new ManualClock();
  const heartbeats = new Heartbeats(clock);
  const many = Array.from({ length: 1_000 }, (_, at) => counter(at % 2 === 0 ? 25_000 : 10_000));
  for (const one of many) {
    heartbeats.add(one);
    clock.advance(1);
    assert.equal(clock.waiting, 1);
  }
  clock.advance(25_000);
  assert.ok(many.every(({ interval, beats }) => beats >= 1 && beats <= Math.ceil(26_000 / (interval * (7 / 8)))));
  assert.equal(clock.waiting, 1);
});

test("a shorter interval that comes later is not waited past", () => {
  const clock = new ManualClock();
  const heartbeats = new Heartbeats(clock);
  const [slow, fast] = [counter(10_000), counter(100)];
  heartbeats.add(slow);
  heartbeats.add(fast);
  clock.advance(350);
  assert.deepEqual([slow.beats, fast.beats], [0, 3]);
});

test("when the last one has gone nothing waits, and a new one starts over", () => {
  const clock = new ManualClock();
  const heartbeats = new Heartbeats(clock);
  const one = counter(100);
  heartbeats.add(one);
  heartbeats.delete(one);
  assert.equal(clock.waiting, 0);
  heartbeats.add(one);
  clock.advance(100);
  assert.equal(one.beats, 1);
});

test("a beat that deletes the last one leaves nothing waiting", () => {
  const clock = new ManualClock();
  const heartbeats = new Heartbeats(clock);
  const one: Beating = { interval: 100, beat: () => heartbeats.delete(one) };
  heartbeats.add(one);
  clock.advance(1_000);
  assert.equal(clock.waiting, 0);
});

test("the system's clock waits, and can be stopped", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const calls: string[] = [];
    systemClock.wait(50, () => calls.push("first"));
    const stop = systemClock.wait(50, () => calls.push("second"));
    stop();
    mock.timers.tick(50);
    assert.deepEqual(calls, ["first"]);
  } finally {
    mock.timers.reset();
  }
});
