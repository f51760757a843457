/** Pieces come out as the one text they were, however many and however often they were let go. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { copyOf, TextPieces } from "../../src/protocol/text-pieces.ts";

function filled(separator: string, pieces: readonly string[]): TextPieces {
  const text = new TextPieces(separator);
  for (const piece of pieces) text.push(piece);
  return text;
}

for (const separator of ["", "\n"]) {
  for (const count of [1, 2, 127, 128, 129, 256, 128 * 128, 128 * 128 + 1, 40_000]) {
    test(`${count} pieces with ${JSON.stringify(separator)} between are one text, counted and taken once`, () => {
      const pieces = Array.from({ length: count }, (_, i) => String(i % 10));
      const text = filled(separator, pieces);
      const whole = pieces.join(separator);
      assert.equal(text.isEmpty, false);
      assert.equal(text.length, whole.length);
      assert.equal(text.take(), whole);
      assert.equal(text.isEmpty, true);
      assert.equal(text.length, 0);
      text.push("again");
      assert.equal(text.take(), "again");
    });
  }
}

test("empty pieces count, and their separators too", () => {
  const text = filled("\n", ["", "", ""]);
  assert.equal(text.isEmpty, false);
  assert.equal(text.length, 2);
  assert.equal(text.take(), "\n\n");
  text.push("");
  assert.equal(text.isEmpty, false);
  assert.equal(text.take(), "");
});

test("what was forgotten is gone, written out or not", () => {
  for (const count of [1, 200, 20_000]) {
    const text = filled("\n", Array(count).fill("a"));
    text.clear();
    assert.equal(text.isEmpty, true);
    assert.equal(text.length, 0);
    text.push("b");
    assert.equal(text.take(), "b");
  }
});

test("letting go at any time changes neither the text nor its length", () => {
  const piece = fc.record({ text: fc.string({ unit: "binary" }), detach: fc.boolean() });
  fc.assert(
    fc.property(fc.constantFrom("", "\n"), fc.array(piece, { minLength: 1, maxLength: 400 }), (separator, pieces) => {
      const text = new TextPieces(separator);
      for (const { text: one, detach } of pieces) {
        text.push(one);
        if (detach) text.detach();
      }
      const whole = pieces.map((one) => one.text).join(separator);
      assert.equal(text.length, whole.length);
      assert.equal(text.take(), whole);
    }),
  );
});

test("a copy is the same text", () => {
  for (const text of ["", "a", "é 🙂", "\ud800", "x".repeat(100_000)]) assert.equal(copyOf(text), text);
});
