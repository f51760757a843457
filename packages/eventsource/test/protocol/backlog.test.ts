/** How long bytes have waited, whatever has left meanwhile. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Backlog } from "../../src/protocol/backlog.ts";

test("nothing waits at first, and never too long", () => {
  const backlog = new Backlog(100);
  assert.equal(backlog.isEmpty, true);
  assert.equal(backlog.isOverdue(1e9), false);
});

test("a byte may wait for the age, and no longer", () => {
  const backlog = new Backlog(100);
  backlog.add(10, 10, 50);
  assert.equal(backlog.isOverdue(149), false);
  assert.equal(backlog.isOverdue(150), true);
});

test("what has left does not count, what came later counts from then", () => {
  const backlog = new Backlog(100);
  backlog.add(10, 10, 0);
  backlog.add(5, 15, 60);
  backlog.settle(5);
  assert.equal(backlog.isOverdue(100), false);
  assert.equal(backlog.isOverdue(160), true);
  backlog.settle(0);
  assert.equal(backlog.isEmpty, true);
});

test("a trickle does not reset the age", () => {
  const backlog = new Backlog(100);
  backlog.add(1_000, 1_000, 0);
  for (let now = 1; now < 100; now++) backlog.settle(1_000 - now);
  assert.equal(backlog.isOverdue(100), true);
});

/** Each byte with the time at which it came: the plain way to do it. */
class Oracle {
  private times: number[] = [];

  add(bytes: number, waiting: number, now: number): void {
    this.times.push(...Array.from({ length: bytes }, () => now));
    this.settle(waiting);
  }

  settle(waiting: number): void {
    this.times = this.times.slice(this.times.length - waiting);
  }

  oldest(now: number): number {
    return this.times[0] === undefined ? 0 : now - this.times[0];
  }
}

test("it is at most an eighth early, and never late", () => {
  const steps = fc.array(fc.record({ wait: fc.nat(30), bytes: fc.nat(20), left: fc.nat(25) }));
  fc.assert(
    fc.property(steps, (given) => {
      const [backlog, oracle] = [new Backlog(80), new Oracle()];
      let [now, waiting] = [0, 0];
      for (const { wait, bytes, left } of given) {
        now += wait;
        waiting = Math.max(0, waiting + bytes - left);
        backlog.add(bytes, waiting, now);
        oracle.add(bytes, waiting, now);
        const age = oracle.oldest(now);
        if (age >= 80) assert.equal(backlog.isOverdue(now), true);
        if (age < 70) assert.equal(backlog.isOverdue(now), false);
      }
    }),
  );
});
