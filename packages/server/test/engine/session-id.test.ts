import assert from "node:assert/strict";
import { test } from "node:test";
import { createSessionId } from "../../src/engine/session-id.ts";

test("are twenty letters that fit into a URL, and never the same", () => {
  const ids = new Set(Array.from({ length: 20_000 }, createSessionId));
  assert.equal(ids.size, 20_000);
  for (const id of ids) assert.match(id, /^[\w-]{20}$/);
});

test("come from the generator of keys, and each bit of them by chance (CVE-2017-16031)", (t) => {
  t.mock.method(Math, "random", () => assert.fail("it can be foretold"));
  const counts = new Array<number>(120).fill(0);
  const rounds = 4_000;
  for (let round = 0; round < rounds; round++) {
    const bytes = Buffer.from(createSessionId(), "base64url");
    assert.equal(bytes.length, 15);
    for (const bit of counts.keys()) counts[bit]! += (bytes[bit >> 3]! >> (bit & 7)) & 1;
  }
  const bound = 6 * Math.sqrt(rounds / 4); // six standard deviations
  for (const [bit, count] of counts.entries()) assert.ok(Math.abs(count - rounds / 2) < bound, `bit ${bit}: ${count}`);
});
