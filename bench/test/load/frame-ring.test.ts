import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FrameRing } from "../../src/load/frame-ring.ts";

const ring = new FrameRing(["abc", "def", "ghi"].map((text) => Buffer.from(text)));

test("frames are read round and round", () => {
  assert.equal(ring.take(0, 1).toString(), "abc");
  assert.equal(ring.take(2, 3).toString(), "ghiabcdef");
  assert.equal(ring.take(7, 2).toString(), "defghi");
  assert.throws(() => ring.take(0, 4), RangeError);
});

test("frames may differ in length", () => {
  const uneven = new FrameRing(["a", "bcd", "ef"].map((text) => Buffer.from(text)));
  assert.deepEqual(
    [0, 1, 2, 3, 4, 7].map((index) => uneven.startOf(index)),
    [0, 1, 4, 6, 7, 13],
  );
  assert.equal(uneven.take(1, 3).toString(), "bcdefa");
  assert.equal(uneven.take(5, 2).toString(), "efa");
  assert.equal(uneven.agreement(Buffer.from("fabc"), 5), 4);
});

test("there is a frame, and a byte in each", () => {
  assert.throws(() => new FrameRing([]), RangeError);
  assert.throws(() => new FrameRing([Buffer.from("ab"), Buffer.alloc(0)]), RangeError);
});

test("any piece of the stream agrees with it, and differs from the byte on that was changed", () => {
  const stream = Buffer.from("abcdefghi".repeat(5));
  const cut = fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 25 }), fc.nat(24));
  fc.assert(
    fc.property(cut, ([start, length, wrong]) => {
      const piece = Buffer.from(stream.subarray(start, start + length));
      assert.equal(ring.agreement(piece, start), length);
      if (wrong >= length) return;
      piece[wrong] = 0;
      assert.equal(ring.agreement(piece, start), wrong);
    }),
  );
});
