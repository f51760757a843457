/** The slab: its memory comes back only when nobody can read the old bytes any more. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { platform } from "../../src/node/platform.ts";
import { Slab } from "../../src/protocol/slab.ts";

test("it is used again from its beginning once all have left", () => {
  const slab = new Slab(platform);
  const { bytes } = slab;
  slab.enter();
  slab.enter();
  slab.end = 100;
  slab.leave(false);
  assert.equal(slab.end, 100);
  slab.leave(false);
  assert.equal(slab.end, 0);
  assert.equal(slab.bytes, bytes);
});

test("what somebody may still read is never written again", () => {
  const slab = new Slab(platform);
  const { bytes } = slab;
  slab.enter();
  slab.enter();
  slab.leave(true);
  slab.leave(false);
  assert.notEqual(slab.bytes, bytes);
  assert.equal(slab.end, 0);
});

test("when it is full, those who are in keep the old memory", () => {
  const slab = new Slab(platform);
  const { bytes } = slab;
  slab.enter();
  slab.end = bytes.length - 10;
  slab.reserve(10);
  assert.equal(slab.bytes, bytes);
  slab.reserve(11);
  assert.notEqual(slab.bytes, bytes);
  assert.equal(slab.end, 0);
});
