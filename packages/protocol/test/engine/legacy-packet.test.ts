/** Packets of Engine.IO 3, beside engine.io's own parser for it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isBinary } from "../../src/engine/legacy-packet.ts";
import {
  type BinaryPacket,
  decodeLegacyBinary,
  decodeLegacyText,
  type EngineErrorCode,
  encodeLegacyBinary,
  encodeLegacyText,
  type Packet,
} from "../../src/engine.ts";
import { binaryPacket, legacyPacket, plain } from "./packets.ts";
import { forPeer, parser3, resultOf } from "./peers.ts";

const texts: [text: string, packet: Packet][] = [
  ["2probe", { type: "ping", data: "probe" }],
  ["4", { type: "message", data: undefined }],
  ["4h\u00e9", { type: "message", data: "h\u00e9" }],
  ["b4", { type: "message", data: new Uint8Array(0) }],
  ["b4AQIDBA==", { type: "message", data: Uint8Array.of(1, 2, 3, 4) }],
  ["b3AQID", { type: "pong", data: Uint8Array.of(1, 2, 3) }],
];

for (const [text, packet] of texts) {
  test(`${JSON.stringify(text)} is a packet, and back`, () => {
    assert.deepEqual(decodeLegacyText(text), packet);
    assert.equal(encodeLegacyText(packet), text);
  });
}

const refused: [name: string, text: string, code: EngineErrorCode][] = [
  ["nothing", "", "empty"],
  ["an unknown type", "9", "unknown-type"],
  ["the mark of base64 alone", "b", "unknown-type"],
  ["base64 with an unknown type", "b9AQID", "unknown-type"],
  ["base64 without padding", "b4AQ", "bad-base64"],
];

for (const [name, text, code] of refused) {
  test(`${name} is refused`, () => assert.throws(() => decodeLegacyText(text), { name: "EnginePacketError", code }));
}

const binaries: [bytes: number[], packet: BinaryPacket][] = [
  [[4], { type: "message", data: new Uint8Array(0) }],
  [[4, 1, 2, 3], { type: "message", data: Uint8Array.of(1, 2, 3) }],
  [[2, 255], { type: "ping", data: Uint8Array.of(255) }],
];

for (const [bytes, packet] of binaries) {
  test(`the bytes ${bytes} are a packet, and back`, () => {
    assert.deepEqual(decodeLegacyBinary(Uint8Array.from(bytes)), packet);
    assert.deepEqual(encodeLegacyBinary(packet), Uint8Array.from(bytes));
  });
}

test("no bytes, and an unknown type, are refused", () => {
  assert.throws(() => decodeLegacyBinary(new Uint8Array(0)), { code: "empty" });
  assert.throws(() => decodeLegacyBinary(Uint8Array.of(0x34, 1)), { code: "unknown-type" });
});

test("the data is a view, and a Buffer where a Buffer came", () => {
  const buffer = Buffer.from([4, 1, 2]);
  const { data } = decodeLegacyBinary(buffer);
  assert.ok(Buffer.isBuffer(data));
  assert.equal(data.buffer, buffer.buffer);
});

test("what was encoded is decoded, as text and as bytes", () => {
  fc.assert(
    fc.property(legacyPacket, (packet) => {
      assert.deepEqual(decodeLegacyText(encodeLegacyText(packet)), packet);
      if (isBinary(packet)) assert.deepEqual(decodeLegacyBinary(encodeLegacyBinary(packet)), packet);
    }),
  );
});

test("engine.io's parser writes and reads the same", () => {
  fc.assert(
    fc.property(legacyPacket, (packet) => {
      const text = encodeLegacyText(packet);
      assert.equal(
        text,
        resultOf<unknown>((done) => parser3.encodePacket(forPeer(packet), false, false, done)),
      );
      const { type, data } = parser3.decodePacket(text, null, false);
      assert.deepEqual(plain({ type, data } as Packet), plain(packet));
    }),
  );
});

test("engine.io's parser writes and reads the same bytes", () => {
  fc.assert(
    fc.property(binaryPacket, (packet) => {
      const bytes = encodeLegacyBinary(packet);
      const theirs = resultOf<unknown>((done) => parser3.encodePacket(forPeer(packet), true, false, done));
      assert.deepEqual(Buffer.from(bytes), theirs);
      const { type, data } = parser3.decodePacket(Buffer.from(bytes), null, false);
      assert.deepEqual(plain({ type, data } as Packet), packet);
    }),
  );
});
