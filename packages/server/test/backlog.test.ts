/** The budget of bytes that wait for a client, and the deadline of the oldest. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Backlog } from "../src/backlog.ts";

const limits = { bytes: 1_000, age: 3_200 };

test("nothing waits: no deadline", () => {
  const backlog = new Backlog(limits);
  backlog.add(500, 0, 0);
  assert.equal(backlog.deadline, Number.POSITIVE_INFINITY);
  assert.equal(backlog.isExceeded(1e9), false);
});

test("more bytes than the budget are too many", () => {
  const backlog = new Backlog(limits);
  backlog.add(1_000, 1_000, 0);
  assert.equal(backlog.isExceeded(0), false);
  backlog.add(1, 1_001, 0);
  assert.equal(backlog.isExceeded(0), true);
});

test("a byte that waits too long is too old", () => {
  const backlog = new Backlog(limits);
  backlog.add(10, 10, 0);
  assert.equal(backlog.isExceeded(3_199), false);
  assert.equal(backlog.isExceeded(3_200), true);
});

test("a client that takes a trickle does not reset the deadline", () => {
  const backlog = new Backlog(limits);
  backlog.add(900, 900, 0);
  for (let now = 100; now < 3_200; now += 100) backlog.settle(900 - now / 100);
  assert.equal(backlog.deadline, 3_200);
  assert.equal(backlog.isExceeded(3_200), true);
});

test("once the oldest bytes have left, the next ones count", () => {
  const backlog = new Backlog(limits);
  backlog.add(100, 100, 0);
  backlog.add(100, 200, 1_000);
  backlog.settle(100);
  assert.equal(backlog.deadline, 4_200);
  backlog.settle(99);
  assert.equal(backlog.deadline, 4_200);
  backlog.settle(0);
  assert.equal(backlog.deadline, Number.POSITIVE_INFINITY);
});

test("against a list of every byte: never late, and early by no more than a 32nd of the age", () => {
  const step = fc.record({ wait: fc.nat(400), add: fc.nat(50), take: fc.nat(60) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const backlog = new Backlog({ bytes: 1e9, age: 3_200 });
      const bytes: number[] = []; // when each was added
      let now = 0;
      for (const { wait, add, take } of steps) {
        now += wait;
        bytes.splice(0, take);
        backlog.settle(bytes.length);
        for (let n = 0; n < add; n++) bytes.push(now);
        backlog.add(add, bytes.length, now);
        const exact = bytes[0] === undefined ? Number.POSITIVE_INFINITY : bytes[0] + 3_200;
        assert.ok(backlog.deadline <= exact);
        if (exact !== Number.POSITIVE_INFINITY) assert.ok(backlog.deadline > exact - 100);
        else assert.equal(backlog.deadline, exact);
      }
    }),
  );
});
