/** Places for attachments: which are sound, and that the stack holds. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertDepth, findPlaces, putAttachments } from "../../src/socket/placeholders.ts";

const bytes = Uint8Array.of(1);

test("places are found in order, and filled", () => {
  const payload = JSON.parse('["a",{"_placeholder":true,"num":1},{"b":[{"_placeholder":true,"num":0,"more":{}}]}]');
  const places = findPlaces(payload, 2, 10);
  assert.deepEqual(
    places.map(({ num }) => num),
    [1, 0],
  );
  putAttachments(places, [bytes, "second" as unknown as Uint8Array]);
  assert.deepEqual(payload, ["a", "second", { b: [bytes] }]);
});

test("what only resembles a placeholder is none", () => {
  const json = '[{"_placeholder":"true","num":0},{"_placeholder":1},{"num":0},{"_placeholder":[true]},"_placeholder"]';
  assert.deepEqual(findPlaces(JSON.parse(json), 1, 10), []);
});

const forged = ['"0"', '"splice"', '"length"', "-1", "-0.1", "0.5", "1", "1e300", "null", "true", "[0]", "{}"];

for (const num of forged) {
  test(`a placeholder of ${num} is refused`, () => {
    const payload: unknown = JSON.parse(`[{"_placeholder":true,"num":${num}}]`);
    assert.throws(() => findPlaces(payload, 1, 10), { code: "bad-placeholder" });
  });
}

test("a placeholder without a number is refused, an inherited one is not read", () => {
  assert.throws(() => findPlaces([{ _placeholder: true }], 1, 10), { code: "bad-placeholder" });
  assert.throws(() => findPlaces(JSON.parse('[{"_placeholder":true,"__proto__":{"num":0}}]'), 1, 10), {
    code: "bad-placeholder",
  });
});

function nested(levels: number): unknown {
  return JSON.parse(`${'{"a":['.repeat(levels / 2)}${"]}".repeat(levels / 2)}`);
}

test("as many levels as allowed, and no more", () => {
  for (const check of [assertDepth, (payload: unknown, levels: number) => findPlaces(payload, 1, levels)]) {
    check("text", 0);
    check(nested(1_000), 1_000);
    assert.throws(() => check(nested(1_000), 999), { code: "too-deep" });
    assert.throws(() => check(nested(1_000_000), 1_000), { code: "too-deep" });
  }
});
