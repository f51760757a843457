import assert from "node:assert/strict";
import { test } from "node:test";
import { longestTimer, wholeNumber } from "../src/whole-number.ts";

test("whole numbers from 1 to the limit pass", () => {
  assert.equal(wholeNumber("n", 1), 1);
  assert.equal(wholeNumber("n", longestTimer, longestTimer), longestTimer);
});

for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "5", null, true]) {
  test(`refuses ${String(value)}`, () => {
    assert.throws(() => wholeNumber("n", value as number), TypeError);
  });
}

test("the longest timer is the longest that does not fire at once", (t) => {
  t.mock.method(process, "emitWarning", () => assert.fail("too long"));
  clearTimeout(setTimeout(() => {}, longestTimer));
});
