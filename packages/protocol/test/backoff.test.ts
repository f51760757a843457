/** Delays between tries: doubled, capped, spread by chance. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { backoff } from "../src/backoff.ts";

const rules = { min: 1_000, max: 5_000, jitter: 0.5 };

const delays: [attempts: number, random: number, delay: number][] = [
  [0, 0.5, 1_000],
  [1, 0.5, 2_000],
  [2, 0.5, 4_000],
  [3, 0.5, 5_000],
  [10_000, 0.5, 5_000],
  [0, 0, 500],
  [0, 0.999, 1_499],
  [2, 0.9, 5_000],
];

for (const [attempts, random, delay] of delays) {
  test(`attempt ${attempts} with chance ${random}: ${delay} ms`, () => {
    assert.equal(backoff(attempts, rules, random), delay);
  });
}

test("never below what the jitter leaves of min, never above max", () => {
  fc.assert(
    fc.property(fc.nat(2_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempts, random) => {
      const delay = backoff(attempts, rules, random);
      assert.ok(delay >= 500 && delay <= 5_000 && Number.isInteger(delay));
    }),
  );
});
