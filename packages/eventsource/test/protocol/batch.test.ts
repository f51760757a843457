/** Streams that take the same steps meet in the same batch. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Batch } from "../../src/protocol/batch.ts";

const [a, b, c] = [Uint8Array.of(1), Uint8Array.of(2, 2), Uint8Array.of(3, 3, 3)];

function batchOf(nothing: Batch, pieces: readonly Uint8Array[]): Batch {
  return pieces.reduce((batch, piece) => batch.with(piece), nothing);
}

test("has its pieces in order, and their size", () => {
  const batch = batchOf(new Batch(), [a, b, c, a]);
  assert.deepEqual(batch.pieces, [a, b, c, a]);
  assert.equal(batch.size, 7);
});

test("the empty one has none", () => {
  const nothing = new Batch();
  assert.deepEqual(nothing.pieces, []);
  assert.equal(nothing.size, 0);
});

test("does not change when more comes", () => {
  const one = new Batch().with(a);
  one.with(b);
  one.with(c);
  assert.deepEqual(one.pieces, [a]);
  assert.equal(one.size, 1);
});

test("streams in step have the same batch, whose list is made once", () => {
  const nothing = new Batch();
  const [some, others] = [batchOf(nothing, [a, b]), batchOf(nothing, [a, b])];
  assert.equal(some, others);
  assert.equal(some.pieces, others.pieces);
});

const others: [name: string, pieces: readonly Uint8Array[]][] = [
  ["fewer", [a]],
  ["more", [a, b, a]],
  ["another order", [b, a]],
  ["equal bytes that are not the same", [a, Uint8Array.of(2, 2)]],
];

for (const [name, pieces] of others) {
  test(`another for ${name}`, () => {
    const nothing = new Batch();
    const one = batchOf(nothing, [a, b]);
    const other = batchOf(nothing, pieces);
    assert.notEqual(other, one);
    assert.deepEqual(other.pieces, pieces);
    assert.deepEqual(one.pieces, [a, b]);
  });
}

test("what was made of it can be forgotten", () => {
  const nothing = new Batch();
  assert.equal(nothing.isForgotten, true);
  const one = nothing.with(a);
  assert.equal(nothing.isForgotten, false);
  nothing.forget();
  assert.equal(nothing.isForgotten, true);
  assert.notEqual(nothing.with(a), one);
});
