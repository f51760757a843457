/** What a program may send, and what of it reaches the wire. */

import assert from "node:assert/strict";
import { File } from "node:buffer";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { closePayloadOf, controlPayloadOf, type Data, isBlob, payloadOf } from "../src/payload.ts";

const bytes = Uint8Array.of(1, 2, 3, 4);

const payloads: [name: string, data: Exclude<Data, Blob>, payload: string | Buffer][] = [
  ["a string", "é", "é"],
  ["a number", 1.5, "1.5"],
  ["nothing", undefined, Buffer.alloc(0)],
  ["null", null, Buffer.alloc(0)],
  ["false", false as never, Buffer.alloc(0)],
  ["a Buffer", Buffer.from(bytes), Buffer.from(bytes)],
  ["an ArrayBuffer", bytes.slice().buffer, Buffer.from(bytes)],
  ["a SharedArrayBuffer", new SharedArrayBuffer(2), Buffer.alloc(2)],
  ["a part of an ArrayBuffer", bytes.subarray(1, 3), Buffer.of(2, 3)],
  ["a view of wider elements, whole", Uint16Array.of(0x0101, 0x0202), Buffer.of(1, 1, 2, 2)],
  ["an array of bytes", [1, 2], Buffer.of(1, 2)],
  ["what becomes a string", { valueOf: () => "value" }, Buffer.from("value")],
  ["an ArrayBuffer of another realm", runInNewContext("Uint8Array.of(1, 2).buffer"), Buffer.of(1, 2)],
  ["a view of another realm", runInNewContext("Uint8Array.of(1, 2)"), Buffer.of(1, 2)],
];

for (const [name, data, payload] of payloads) {
  test(`${name} is its bytes or its text`, () => assert.deepEqual(payloadOf(data), payload));
}

test("bytes are not copied", () => {
  const view = bytes.subarray(1, 3);
  const payload = payloadOf(view);
  assert.ok(typeof payload !== "string" && payload.buffer === view.buffer);
});

test("a control frame takes 125 bytes, and not one more", () => {
  assert.deepEqual(controlPayloadOf("a".repeat(125)), "a".repeat(125));
  assert.throws(() => controlPayloadOf(new Blob(["a".repeat(126)])), RangeError);
  assert.throws(() => controlPayloadOf("a".repeat(126)), RangeError);
  assert.throws(() => controlPayloadOf("é".repeat(63)), RangeError);
});

test("a close frame carries nothing, a code, or a code and a reason", () => {
  assert.deepEqual(closePayloadOf(undefined, "ignored"), Buffer.alloc(0));
  assert.deepEqual(closePayloadOf(1000, undefined), Buffer.of(3, 232));
  assert.deepEqual(closePayloadOf(1000, ""), Buffer.of(3, 232));
  assert.deepEqual(closePayloadOf(1001, "é"), Buffer.of(3, 233, 0xc3, 0xa9));
  assert.deepEqual(closePayloadOf(1001, Uint8Array.of(65)), Buffer.of(3, 233, 65));
  assert.equal(closePayloadOf(1000, "a".repeat(123)).length, 125);
});

test("what makes no bytes is refused with Node's own error", () => {
  for (const data of [true, {}, Symbol("x"), () => {}]) {
    assert.throws(() => payloadOf(data as never), { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
  }
});

test("a Blob is known by what it is, not by its class alone", () => {
  assert.equal(isBlob(new Blob(["x"])), true);
  assert.equal(isBlob(new File(["x"], "name")), true);
  for (const data of [null, {}, "Blob", { arrayBuffer: () => {} }, new ArrayBuffer(1)])
    assert.equal(isBlob(data), false);
});
