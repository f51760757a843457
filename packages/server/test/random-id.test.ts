import assert from "node:assert/strict";
import { test } from "node:test";
import { randomId } from "../src/random-id.ts";

test("CVE-2017-16031: ids are of so many random bytes, never twice the same, over many blocks", () => {
  const ids = new Set(Array.from({ length: 10_000 }, () => randomId(24)));
  assert.equal(ids.size, 10_000);
  for (const id of ids) assert.match(id, /^[\w-]{32}$/);
});

test("each character of the alphabet comes at each place", () => {
  const seen = Array.from({ length: 20 }, () => new Set<string>());
  for (let n = 0; n < 5_000; n++) for (const [at, character] of [...randomId(15)].entries()) seen[at]?.add(character);
  assert.deepEqual(
    seen.map(({ size }) => size),
    Array(20).fill(64),
  );
});

test("lengths may change from one to the next", () => {
  for (let bytes = 1; bytes < 300; bytes++) assert.equal(Buffer.from(randomId(bytes), "base64url").length, bytes);
});

test("no id draws on Math.random", (t) => {
  t.mock.method(Math, "random", () => assert.fail("asked"));
  randomId(15);
});
