/** Binary data and its placeholders: what is copied, and what is left as the program gave it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attachment } from "../../src/socket/attachment.ts";
import { detach } from "../../src/socket/detach.ts";

const bytes = Uint8Array.of(1);
const hole = (num: number): object => ({ _placeholder: true, num });

function detached(data: unknown): { json: unknown; attachments: Attachment[] } {
  const attachments: Attachment[] = [];
  return { json: detach(data, attachments), attachments };
}

const unchanged: [name: string, data: unknown][] = [
  ["a string", "a"],
  ["nothing", undefined],
  ["null in lists", [null, [null]]],
  ["objects without bytes", [{ a: { b: [1] } }]],
  ["a toJSON without bytes", [{ toJSON: () => ({ a: {} }) }, new Date(0), { toJSON: () => "a" }]],
  ["bytes that are only inherited", [Object.create({ bytes })]],
  ["bytes that are no enumerable member", [Object.defineProperty({}, "a", { value: bytes })]],
];

for (const [name, data] of unchanged) {
  test(`${name}: given back as it is`, () => {
    const { attachments, json } = detached(data);
    assert.equal(json, data);
    assert.deepEqual(attachments, []);
  });
}

test("only the way to bytes is copied", () => {
  const sibling = { a: 1 };
  const data: [object, { sibling: object }, unknown] = [sibling, Object.assign({ sibling }, { bytes }), bytes];
  const { attachments, json } = detached(data);
  assert.deepEqual(json, [sibling, { sibling, bytes: hole(0) }, hole(1)]);
  const [copied, { sibling: inside }] = json as unknown as typeof data;
  assert.ok(copied === sibling && inside === sibling);
  assert.deepEqual(data, [sibling, { sibling, bytes }, bytes]);
  assert.ok(attachments.every((each) => each === bytes));
});

test("toJSON is asked with its key, once, and applied before bytes are looked for", () => {
  const keys: string[] = [];
  const asked = {
    toJSON(key: string) {
      keys.push(key);
      return { bytes, toJSON: () => assert.fail("asked again") };
    },
  };
  const { json } = detached([asked, { b: asked }]);
  assert.deepEqual(keys, ["0", "b"]);
  assert.equal(JSON.stringify(json), JSON.stringify([{ bytes: hole(0) }, { b: { bytes: hole(1) } }]));
});

test("circles and depth end, and the stack holds when every level has its toJSON", () => {
  const circle: unknown[] = [];
  circle.push(circle, circle);
  assert.throws(() => detached(circle), { name: "SocketPacketError", code: "too-deep" });
  const endless = { toJSON: (): object => ({ endless }) };
  assert.throws(() => detached([endless]), { code: "too-deep" });
  let value: unknown = bytes;
  for (let level = 0; level < 1_000; level++) {
    const inner = value;
    value = { toJSON: () => [inner] };
  }
  assert.equal(detached([value]).attachments[0], bytes);
});

test("a user's own object that reads as a placeholder is refused, but only beside bytes", () => {
  const forged = [{ _placeholder: true, num: 0 }, { a: { b: 1, _placeholder: true } }, { toJSON: () => hole(1) }];
  for (const own of forged) {
    for (const data of [
      [own, bytes],
      [bytes, own],
    ]) {
      assert.throws(() => detached(data), { name: "SocketPacketError", code: "forged-placeholder" });
    }
    assert.deepEqual(detached([own]).json, [own]);
  }
  for (const own of [
    { _placeholder: false },
    { _placeholder: 1 },
    ["_placeholder", true],
    { _placeholder: { a: true } },
  ]) {
    assert.deepEqual(detached([own, bytes]).json, [own, hole(0)]);
  }
});
