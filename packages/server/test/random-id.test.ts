import assert from "node:assert/strict";
import { test } from "node:test";
import { randomId } from "../src/random-id.ts";

test("CVE-2017-16031: ids are of so many random bytes, never twice the same, over many blocks", () => {
  const ids = new Set(Array.from({ length: 10_000 }, () => randomId(24)));
  assert.equal(ids.size, 10_000);
  for (const id of ids) assert.match(id, /^[\w-]{32}$/);
});

test("each bit is set by chance", () => {
  const counts = new Array<number>(120).fill(0);
  const rounds = 4_000;
  for (let round = 0; round < rounds; round++) {
    const bytes = Buffer.from(randomId(15), "base64url");
    for (const bit of counts.keys()) counts[bit]! += (bytes[bit >> 3]! >> (bit & 7)) & 1;
  }
  const bound = 6 * Math.sqrt(rounds / 4); // six standard deviations
  for (const [bit, count] of counts.entries()) assert.ok(Math.abs(count - rounds / 2) < bound, `bit ${bit}: ${count}`);
});

test("lengths may change from one to the next", () => {
  for (let bytes = 1; bytes < 300; bytes++) assert.equal(Buffer.from(randomId(bytes), "base64url").length, bytes);
});

test("no id draws on Math.random", (t) => {
  t.mock.method(Math, "random", () => assert.fail("asked"));
  randomId(15);
});
