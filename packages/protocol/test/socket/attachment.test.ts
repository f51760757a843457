/** What is binary data, of whatever realm, and its bytes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { type Attachment, isAttachment, lengthOf, toBytes } from "../../src/socket/attachment.ts";

const cases: [name: string, attachment: Attachment, bytes: number[]][] = [
  ["a Uint8Array", Uint8Array.of(1, 2), [1, 2]],
  ["a Buffer", Buffer.from([1, 2]), [1, 2]],
  ["an ArrayBuffer", Uint8Array.of(1, 2).buffer, [1, 2]],
  ["a part of one", new DataView(Uint8Array.of(0, 1, 2, 0).buffer, 1, 2), [1, 2]],
  ["larger numbers", new Uint16Array(Uint8Array.of(1, 2).buffer), [1, 2]],
  ["shared memory seen as bytes", new Uint8Array(new SharedArrayBuffer(2)), [0, 0]],
  ["another realm's Uint8Array", runInNewContext("Uint8Array.of(1, 2)"), [1, 2]],
  ["another realm's ArrayBuffer", runInNewContext("Uint8Array.of(1, 2).buffer"), [1, 2]],
  ["one with keys of its own", Object.assign(new ArrayBuffer(1), { name: "a" }), [0]],
];

for (const [name, attachment, bytes] of cases) {
  test(`${name} is`, () => {
    assert.equal(isAttachment(attachment), true);
    assert.equal(lengthOf(attachment), bytes.length);
    assert.deepEqual([...toBytes(attachment)], bytes);
  });
}

test("a Blob and a File are, but their bytes are not at hand", () => {
  for (const blob of [new Blob(["abc"]), Object.assign(new File(["abc"], "a"), { preview: "blob:a" })]) {
    assert.equal(isAttachment(blob), true);
    assert.equal(lengthOf(blob), 3);
    assert.throws(() => toBytes(blob), { name: "SocketPacketError", code: "blob" });
  }
});

test("all other objects are not", () => {
  const named = { constructor: ArrayBuffer, byteLength: 1, buffer: new ArrayBuffer(1), size: 1 };
  for (const value of [{}, [], named, Object.create(null), new Date(0), new Map(), /a/, runInNewContext("[{}]")]) {
    assert.equal(isAttachment(value), false);
  }
});

test("bytes are never copied", () => {
  const buffer = Buffer.from("a");
  assert.equal(toBytes(buffer), buffer);
  assert.equal(toBytes(new DataView(buffer.buffer)).buffer, buffer.buffer);
});
