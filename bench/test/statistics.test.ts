import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { percentile, spread, summarize } from "../src/statistics.ts";

const summaries: [name: string, values: number[], median: number, least: number, most: number][] = [
  ["one value is its own median", [7], 7, 7, 7],
  ["of an odd number it is the middle one", [9, 1, 5], 5, 1, 9],
  ["of an even number it is between the two in the middle", [4, 1, 3, 10], 3.5, 1, 10],
  ["numbers are ordered as numbers", [10, 9, 100], 10, 9, 100],
];
for (const [name, values, median, least, most] of summaries) {
  test(`the median: ${name}`, () => assert.deepEqual(summarize(values), { median, least, most }));
}

test("without values there is no median", () => assert.throws(() => summarize([]), RangeError));

test("the values given are left as they are", () => {
  const values = [3, 1, 2];
  summarize(values);
  assert.deepEqual(values, [3, 1, 2]);
});

test("the spread is half of the range as a share of the median", () => {
  assert.equal(spread({ median: 10, least: 9, most: 12 }), 0.15);
  assert.equal(spread({ median: 0, least: 0, most: 0 }), 0);
});

const percentiles: [share: number, expected: number][] = [
  [0, 1],
  [0.01, 1],
  [0.5, 50],
  [0.501, 51],
  [0.99, 99],
  [1, 100],
];
for (const [share, expected] of percentiles) {
  test(`percentile ${share} of 1 to 100 is ${expected}`, () => {
    const sorted = Float64Array.from({ length: 100 }, (_, n) => n + 1);
    assert.equal(percentile(sorted, share), expected);
  });
}

test("a percentile is one of the values, and its share of them does not exceed it", () => {
  const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
      const sorted = Float64Array.from(list).sort();
      const value = percentile(sorted, share);
      return sorted.includes(value) && sorted.filter((other) => other <= value).length >= share * sorted.length;
    }),
  );
});
