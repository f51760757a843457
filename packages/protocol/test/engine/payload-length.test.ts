/** Lengths, digit by digit. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { appendDigit, maxDigits } from "../../src/engine/payload-length.ts";

test("digits make a number", () => assert.equal([1, 0, 7].reduce(appendDigit, 0), 107));

test("as many nines as are allowed are exact", () => {
  assert.equal(Array<number>(maxDigits).fill(9).reduce(appendDigit, 0), 10 ** maxDigits - 1);
});

for (const digit of [-1, 10, 254, Number.NaN]) {
  test(`${digit} is no digit`, () => assert.throws(() => appendDigit(1, digit), { code: "bad-length" }));
}
