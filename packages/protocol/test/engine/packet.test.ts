/** Packets of Engine.IO 4, beside engine.io-parser. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import type { EngineErrorCode, Packet } from "../../src/engine.ts";
import { packet, plain, refusal } from "./packets.ts";
import { forPeer, parser4, resultOf } from "./peers.ts";
import { decodePacket, decodeText, encodePacket, encodeText } from "./portable-codecs.ts";

const vectors: [text: string, packet: Packet][] = [
  ["0", { type: "open", data: undefined }],
  ['0{"sid":"x"}', { type: "open", data: '{"sid":"x"}' }],
  ["1", { type: "close", data: undefined }],
  ["2", { type: "ping", data: undefined }],
  ["2probe", { type: "ping", data: "probe" }],
  ["3probe", { type: "pong", data: "probe" }],
  ["4", { type: "message", data: undefined }],
  ["4hello", { type: "message", data: "hello" }],
  ["44", { type: "message", data: "4" }],
  ["4b", { type: "message", data: "b" }],
  ["4\u20ac\ud83d\ude00\ud800", { type: "message", data: "\u20ac\ud83d\ude00\ud800" }],
  ["5", { type: "upgrade", data: undefined }],
  ["6", { type: "noop", data: undefined }],
  ["b", { type: "message", data: new Uint8Array(0) }],
  ["bAQIDBA==", { type: "message", data: Uint8Array.of(1, 2, 3, 4) }],
];

for (const [text, packet] of vectors) {
  test(`${JSON.stringify(text)} is a packet, and back`, () => {
    assert.deepEqual(decodeText(text), packet);
    assert.equal(encodeText(packet), text);
  });
}

const refused: [name: string, text: string, code: EngineErrorCode][] = [
  ["nothing", "", "empty"],
  ["an unknown digit", "7", "unknown-type"],
  ["a letter", "hello", "unknown-type"],
  ["an upper B", "BAQID", "unknown-type"],
  ["a space before the type", " 4", "unknown-type"],
  ["a digit that is not ASCII", "\u0664", "unknown-type"],
  ["a name of Object.prototype", "__proto__", "unknown-type"],
  ["base64 without padding", "bAQ", "bad-base64"],
  ["base64 with a foreign character", "bAQI!", "bad-base64"],
  ["base64 of the URL alphabet", "b-_-_", "bad-base64"],
  ["a packet of version 3", "b4AQID", "bad-base64"],
];

for (const [name, text, code] of refused) {
  test(`${name} is refused`, () => assert.throws(() => decodeText(text), { name: "EnginePacketError", code }));
}

test("base64 in lines is read: the Java client writes it so", () => {
  assert.deepEqual(decodeText("bAQID\r\nBA==\n").data, Uint8Array.of(1, 2, 3, 4));
});

test("an empty string is nothing behind the type", () => {
  assert.equal(encodeText({ type: "message", data: "" }), "4");
});

test("on a WebSocket, bytes go as they are", () => {
  const bytes = Uint8Array.of(4, 1);
  assert.equal(encodePacket({ type: "message", data: bytes }), bytes);
  assert.deepEqual(decodePacket(bytes), { type: "message", data: bytes });
  assert.equal(encodePacket({ type: "pong", data: "probe" }), "3probe");
  assert.deepEqual(decodePacket("3probe"), { type: "pong", data: "probe" });
});

test("bytes of another realm are bytes, as in jest, where Node's Buffers come from outside", () => {
  const foreign: Uint8Array = runInNewContext("Uint8Array.of(1, 2, 3)");
  assert.ok(!(foreign instanceof Uint8Array));
  assert.equal(encodePacket({ type: "message", data: foreign }), foreign);
  assert.equal(encodeText({ type: "message", data: foreign }), "bAQID");
});

test("bytes that are part of a larger buffer are written alone", () => {
  const part = Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4);
  assert.equal(encodeText({ type: "message", data: part }), "bAQID");
});

test("what was encoded is decoded", () => {
  fc.assert(fc.property(packet, (packet) => assert.deepEqual(decodeText(encodeText(packet)), packet)));
});

test("engine.io-parser writes the same", () => {
  fc.assert(
    fc.property(packet, (packet) => {
      const theirs = resultOf<unknown>((done) => parser4.encodePacket(forPeer(packet), false, done));
      assert.equal(encodeText(packet), theirs);
    }),
  );
});

test("engine.io-parser reads the same", () => {
  fc.assert(
    fc.property(packet, (packet) => {
      const theirs = parser4.decodePacket(encodeText(packet));
      assert.notEqual(theirs.type, "error");
      assert.deepEqual(plain({ ...packet, data: theirs.data }), plain(packet));
      assert.equal(theirs.type, packet.type);
    }),
  );
});

test("whatever the text, what engine.io-parser refuses is refused, and base64 must be base64", () => {
  const random = new Random(6);
  for (let n = 0; n < 20_000; n++) {
    const [source] = random.pick(vectors);
    const text = mutate(random, Buffer.from(source), ["b", "4", "\n", "="]).toString();
    const code = refusal(() => decodeText(text));
    if (parser4.decodePacket(text).type === "error") assert.ok(code === "unknown-type" || code === "empty", text);
    else assert.ok(code === undefined || (code === "bad-base64" && text.startsWith("b")), text);
  }
});

test("a large packet costs linear time", () => {
  const text = `4${"x".repeat(50_000_000)}`;
  const almostBase64 = `b${"\n".repeat(5_000_000)}!`;
  const start = performance.now();
  assert.equal(encodeText(decodeText(text)).length, text.length);
  assert.equal(
    refusal(() => decodeText(almostBase64)),
    "bad-base64",
  );
  assert.ok(performance.now() - start < 10_000);
});
