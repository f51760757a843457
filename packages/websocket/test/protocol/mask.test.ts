/** Masking: every way of doing it gives what the plain loop of RFC 6455 §5.3 gives. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { rotateKey, unmask, unmaskBytes } from "../../src/protocol/mask.ts";

/** §5.3, word for word. */
function plain(bytes: Uint8Array, key: number): Uint8Array {
  return bytes.map((byte, at) => byte ^ ((key >>> (8 * (at % 4))) & 0xff));
}

const key = fc.integer();
const payload = fc.uint8Array({ maxLength: 700 });
const alignment = fc.nat(7);

function at(offset: number, bytes: Uint8Array): Uint8Array {
  const memory = new Uint8Array(offset + bytes.length);
  memory.set(bytes, offset);
  return memory.subarray(offset);
}

test("unmasking is the plain loop, at every alignment and size", () => {
  fc.assert(
    fc.property(payload, key, alignment, (bytes, k, offset) => {
      const masked = at(offset, bytes);
      unmask(masked, k);
      assert.deepEqual(masked, plain(bytes, k));
    }),
  );
});

test("words and bytes say the same about ASCII", () => {
  fc.assert(
    fc.property(payload, key, alignment, (bytes, k, offset) => {
      const expected = plain(bytes, k).every((byte) => byte < 0x80);
      assert.equal(unmask(at(offset, bytes), k), expected);
      assert.equal(unmaskBytes(at(offset, bytes), k), expected);
    }),
  );
});

for (const length of [1, 3, 4, 5, 255, 256, 257, 259, 287, 288, 1000]) {
  test(`one byte that is not ASCII is seen wherever it lies in ${length}`, () => {
    for (let bad = 0; bad < length; bad++) {
      const bytes = new Uint8Array(length);
      bytes[bad] = 0x80;
      assert.equal(unmask(bytes, 0), false);
    }
    assert.equal(unmask(new Uint8Array(length), 0), true);
  });
}

test("a payload may be unmasked in parts", () => {
  fc.assert(
    fc.property(payload, key, fc.nat(700), (bytes, k, cut) => {
      const split = Math.min(cut, bytes.length);
      const parts = Uint8Array.from(bytes);
      unmask(parts.subarray(0, split), k);
      unmask(parts.subarray(split), rotateKey(k, split));
      assert.deepEqual(parts, plain(bytes, k));
    }),
  );
});

test("masking twice gives the payload back", () => {
  fc.assert(
    fc.property(payload, key, (bytes, k) => {
      const twice = Uint8Array.from(bytes);
      unmask(twice, k);
      unmask(twice, k);
      assert.deepEqual(twice, bytes);
    }),
  );
});
