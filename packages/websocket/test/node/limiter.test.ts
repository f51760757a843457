/** The limiter: so many at once, the others in order. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Limiter } from "../../src/node/limiter.ts";

function running(concurrency: number, jobs: number): { started: number[]; leave: (() => void)[] } {
  const limiter = new Limiter(concurrency);
  const started: number[] = [];
  const leave: (() => void)[] = [];
  for (let n = 0; n < jobs; n++) {
    limiter.add((left) => {
      started.push(n);
      leave[n] = left;
    });
  }
  return { started, leave };
}

test("the others wait, and go in order", () => {
  const { started, leave } = running(2, 5);
  assert.deepEqual(started, [0, 1]);
  leave[1]!();
  assert.deepEqual(started, [0, 1, 2]);
  leave[0]!();
  leave[2]!();
  assert.deepEqual(started, [0, 1, 2, 3, 4]);
});

for (const unlimited of [0, Number.POSITIVE_INFINITY]) {
  test(`${unlimited} is no limit`, () => {
    assert.equal(running(unlimited, 100).started.length, 100);
  });
}

test("a job that leaves at once makes room at once", () => {
  const limiter = new Limiter(1);
  const order: number[] = [];
  for (const n of [1, 2, 3]) {
    limiter.add((leave) => {
      order.push(n);
      leave();
    });
  }
  assert.deepEqual(order, [1, 2, 3]);
});
