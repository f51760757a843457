import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clampUnsignedShort,
  enforceUnsignedShort,
  toDictionary,
  toTexts,
  toUnsignedShort,
  toUsvString,
} from "../../src/web/web-idl.ts";

const numbers: [given: unknown, modulo: number, clamped: number, enforced: number | undefined][] = [
  [1000, 1000, 1000, 1000],
  ["4000", 4000, 4000, 4000],
  [true, 1, 1, 1],
  [null, 0, 0, 0],
  [NaN, 0, 0, undefined],
  ["text", 0, 0, undefined],
  [Infinity, 0, 65_535, undefined],
  [-Infinity, 0, 0, undefined],
  [65_536, 0, 65_535, undefined],
  [-1, 65_535, 0, undefined],
  [1.9, 1, 2, 1],
  [2.5, 2, 2, 2],
  [3.5, 3, 4, 3],
  [-0.5, 0, 0, 0],
  [{ valueOf: () => 7 }, 7, 7, 7],
];

for (const [given, modulo, clamped, enforced] of numbers) {
  test(`${String(given)} as an unsigned short`, () => {
    assert.equal(toUnsignedShort(given), modulo);
    assert.equal(clampUnsignedShort(given), clamped);
    if (enforced === undefined) assert.throws(() => enforceUnsignedShort("it", given), TypeError);
    else assert.equal(enforceUnsignedShort("it", given), enforced);
  });
}

test("a BigInt is no number", () => {
  for (const convert of [toUnsignedShort, clampUnsignedShort, (value: unknown) => enforceUnsignedShort("it", value)]) {
    assert.throws(() => convert(1000n), TypeError);
  }
});

test("a lone surrogate becomes U+FFFD, a pair stays", () => {
  assert.equal(toUsvString("a\ud800b\udc00"), "a\ufffdb\ufffd");
  assert.equal(toUsvString("\ud83d\ude00"), "😀");
  assert.equal(toUsvString({ toString: () => "object" }), "object");
  assert.throws(() => toUsvString(Symbol("no text")), TypeError);
});

test("a sequence is what has an iterator, and a string is not an object", () => {
  assert.deepEqual(toTexts("it", ["a", 1, null]), ["a", "1", "null"]);
  assert.deepEqual(toTexts("it", new Set(["a"])), ["a"]);
  for (const given of ["text", 1, null, {}, { [Symbol.iterator]: null }]) {
    assert.throws(() => toTexts("it", given), TypeError);
  }
});

test("a dictionary is an object, or nothing at all", () => {
  assert.deepEqual(toDictionary("it", undefined), {});
  assert.deepEqual(toDictionary("it", null), {});
  assert.deepEqual(toDictionary("it", { a: 1 }), { a: 1 });
  for (const given of [1, "text", true, Symbol("it")]) assert.throws(() => toDictionary("it", given), TypeError);
});
