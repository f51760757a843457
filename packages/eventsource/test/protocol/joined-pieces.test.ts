/** Small pieces side by side, large ones as they are. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { copiedUpTo, joinPieces } from "../../src/protocol/joined-pieces.ts";

const allocate = (size: number): Uint8Array => new Uint8Array(size).fill(0xff);

test("one piece is itself, and so is none", () => {
  const piece = new Uint8Array(5);
  assert.equal(joinPieces([piece], allocate)[0], piece);
  assert.deepEqual(joinPieces([], allocate), []);
});

const large = copiedUpTo + 1;
const cases: [name: string, sizes: readonly number[], joined: readonly number[]][] = [
  ["small ones", [1, 2, 3], [6]],
  ["a large one in between", [1, 2, large, 3, 4], [3, large, 7]],
  ["large ones at both ends", [large, 1, 1, large], [large, 2, large]],
  ["large ones alone", [large, large], [large, large]],
  ["the longest that is copied", [copiedUpTo, copiedUpTo], [2 * copiedUpTo]],
];

for (const [name, sizes, joined] of cases) {
  test(name, () => {
    const pieces = joinPieces(
      sizes.map((size) => new Uint8Array(size)),
      allocate,
    );
    assert.deepEqual(
      pieces.map(({ length }) => length),
      joined,
    );
  });
}

test("the bytes stay the same, and large ones the very same", () => {
  const sizes = fc.array(fc.oneof(fc.nat(20), fc.constant(large)), { maxLength: 12 });
  fc.assert(
    fc.property(sizes, (given) => {
      const pieces = given.map((size, at) => new Uint8Array(size).fill(at));
      const joined = joinPieces(pieces, allocate);
      assert.ok(Buffer.concat(joined).equals(Buffer.concat(pieces)));
      for (const piece of pieces) if (piece.length === large) assert.ok(joined.includes(piece));
    }),
  );
});
