/** Keys: of the handshake, and for masking. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { maskingKeyFrom, randomKey, randomMaskingKey } from "../../src/node/random.ts";
import { unmaskBytes } from "../../src/protocol/mask.ts";

test("a handshake's key is 16 bytes in base64, and never the same", () => {
  const keys = new Set(Array.from({ length: 1000 }, randomKey));
  assert.equal(keys.size, 1000);
  for (const key of keys) {
    assert.match(key, /^[A-Za-z0-9+/]{22}==$/);
    assert.equal(Buffer.from(key, "base64").length, 16);
  }
});

test("masking keys are 32 bits, and differ over many fillings of the pool", () => {
  const count = 20_000;
  const keys = new Set<number>();
  let ones = 0;
  for (let n = 0; n < count; n++) {
    const key = randomMaskingKey();
    assert.equal(key, key | 0);
    keys.add(key);
    for (let bit = 0; bit < 32; bit++) ones += (key >>> bit) & 1;
  }
  assert.ok(keys.size > count - 10, `${keys.size} of ${count} differ`); // the birthday paradox allows 0.05 pairs
  assert.ok(Math.abs(ones / (count * 32) - 0.5) < 0.01, "half of all bits are set"); // 16 standard deviations
});

test("a program's own function writes the four bytes that mask, in their order", () => {
  const seen: Buffer[] = [];
  const key = maskingKeyFrom((mask) => {
    seen.push(mask);
    mask.set([1, 2, 3, 0xff]);
  });
  const payload = Buffer.from([0, 0, 0, 0, 0]);
  unmaskBytes(payload, key());
  assert.deepEqual([...payload], [1, 2, 3, 0xff, 1]);
  key();
  assert.equal(seen[0], seen[1], "one Buffer for all calls");
  assert.equal(seen[0]?.length, 4);
});

test("a program's own function that leaves the bytes as they are gives a mask of zeros first", () => {
  assert.equal(maskingKeyFrom(() => {})(), 0);
});
