/** Who beats when: never later than its interval, several together where that is near. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Beating, HeartbeatSchedule } from "../../src/protocol/heartbeat-schedule.ts";

function counter(interval: number): Beating & { beats: number } {
  return {
    interval,
    beats: 0,
    beat() {
      this.beats++;
    },
  };
}

test("beats when the interval is over, and again an interval later", () => {
  const schedule = new HeartbeatSchedule();
  const one = counter(1_000);
  schedule.add(one, 500);
  assert.equal(schedule.next, 1_500);
  schedule.tick(1_000);
  assert.equal(one.beats, 0);
  schedule.tick(1_500);
  assert.equal(one.beats, 1);
  assert.equal(schedule.next, 2_500);
});

test("those that are due soon beat along, an eighth of their interval early at most", () => {
  const schedule = new HeartbeatSchedule();
  const [first, near, far] = [counter(800), counter(800), counter(800)];
  schedule.add(first, 0);
  schedule.add(near, 100);
  schedule.add(far, 101);
  schedule.tick(800);
  assert.deepEqual([first.beats, near.beats, far.beats], [1, 1, 0]);
  assert.equal(schedule.next, 901);
});

test("intervals do not wait for each other", () => {
  const schedule = new HeartbeatSchedule();
  const [slow, fast] = [counter(10_000), counter(100)];
  schedule.add(slow, 0);
  schedule.add(fast, 0);
  assert.equal(schedule.next, 100);
  schedule.tick(100);
  assert.deepEqual([slow.beats, fast.beats], [0, 1]);
});

test("who is deleted beats no more, and the last one leaves nothing to wait for", () => {
  const schedule = new HeartbeatSchedule();
  const one = counter(100);
  schedule.add(one, 0);
  schedule.delete(one);
  schedule.delete(one);
  assert.equal(schedule.next, undefined);
  schedule.tick(1_000);
  assert.equal(one.beats, 0);
});

test("a beat may delete itself and others, who then do not beat", () => {
  const schedule = new HeartbeatSchedule();
  const other = counter(100);
  const killer: Beating = {
    interval: 100,
    beat() {
      schedule.delete(killer);
      schedule.delete(other);
    },
  };
  schedule.add(killer, 0);
  schedule.add(other, 0);
  schedule.tick(100);
  assert.equal(other.beats, 0);
  assert.equal(schedule.next, undefined);
});

test("added twice, it beats once, an interval after the second time", () => {
  const schedule = new HeartbeatSchedule();
  const one = counter(100);
  schedule.add(one, 0);
  schedule.add(one, 60);
  assert.equal(schedule.next, 160);
  schedule.tick(160);
  assert.equal(one.beats, 1);
});

test("whoever joins when, nobody is silent for longer than its interval", () => {
  const joining = fc.tuple(fc.integer({ min: 8, max: 200 }), fc.integer({ min: 0, max: 300 }));
  fc.assert(
    fc.property(fc.array(joining, { minLength: 1, maxLength: 8 }), (joinings) => {
      const schedule = new HeartbeatSchedule();
      let now = 0;
      const lasts = new Map<Beating, number>();
      const join = ([interval]: readonly [number, number]): void => {
        const beating: Beating = {
          interval,
          beat() {
            assert.ok(now - (lasts.get(beating) ?? 0) <= interval);
            assert.ok(now - (lasts.get(beating) ?? 0) >= interval * (7 / 8));
            lasts.set(beating, now);
          },
        };
        lasts.set(beating, now);
        schedule.add(beating, now);
      };
      for (; now <= 1_000; now++) {
        for (const joiner of joinings) if (joiner[1] === now) join(joiner);
        if (schedule.next !== undefined && schedule.next <= now) schedule.tick(now);
      }
      for (const [beating, last] of lasts) assert.ok(1_000 - last <= beating.interval);
    }),
  );
});
