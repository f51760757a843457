/** Payloads of Engine.IO 3 as bytes, beside engine.io's own parser for it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import { decodeLegacyBinaryPayload, encodeLegacyBinaryPayload } from "../../src/engine/legacy-binary-payload.ts";
import { decodeLegacyPayload, type EngineErrorCode, type Packet, payloadLimits, portable } from "../../src/engine.ts";
import { hasUtf8, legacyPacket, plain, refusal } from "./packets.ts";
import { forPeer, type PeerPacket, parser3, resultOf, resultsOf } from "./peers.ts";

const vectors: [hex: string, packets: Packet[]][] = [
  ["", []],
  ["00 01 ff 32", [{ type: "ping", data: undefined }]],
  ["00 04 ff 34 e282ac", [{ type: "message", data: "\u20ac" }]],
  ["00 05 ff 34 f09f9880", [{ type: "message", data: "\ud83d\ude00" }]],
  ["01 01 ff 04", [{ type: "message", data: new Uint8Array(0) }]],
  ["01 0102 ff 04 ffffffffffffffffffffff", [{ type: "message", data: new Uint8Array(11).fill(255) }]],
  [
    "01 04 ff 04 010203 00 01 ff 32 00 03 ff 34 6869",
    [
      { type: "message", data: Uint8Array.of(1, 2, 3) },
      { type: "ping", data: undefined },
      { type: "message", data: "hi" },
    ],
  ],
];

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const encode = (packets: readonly Packet[]): Uint8Array => encodeLegacyBinaryPayload(packets, portable);
const decode = (bytes: Uint8Array): Packet[] => decodeLegacyBinaryPayload(bytes, payloadLimits, portable);

for (const [hex, packets] of vectors) {
  test(`${hex || "nothing"} is a payload, and back`, () => {
    assert.deepEqual(decodeLegacyPayload(bytesOf(hex)), packets);
    assert.deepEqual(encode(packets), bytesOf(hex));
  });

  test(`${hex || "nothing"} is refused wherever it is cut inside a packet`, () => {
    const bytes = bytesOf(hex);
    const ends = new Set(packets.map((_, at) => encode(packets.slice(0, at)).length));
    for (let length = 0; length < bytes.length; length++) {
      assert.equal(
        refusal(() => decode(bytes.subarray(0, length))),
        ends.has(length) ? undefined : "bad-length",
      );
    }
  });
}

const refused: [name: string, hex: string, code: EngineErrorCode][] = [
  ["a kind that is none", "02 01 ff 32", "bad-length"],
  ["no length", "00 ff 32", "bad-length"],
  ["a digit that is none", "00 0a ff 32", "bad-length"],
  ["a digit as a character", "00 31 ff 32", "bad-length"],
  ["eleven digits", "00 0000000000000000000001 ff 32", "bad-length"],
  ["digits without an end", "00 01 02 03", "bad-length"],
  ["more than there is", "00 09 ff 32", "bad-length"],
  ["an empty text", "00 00 ff", "empty"],
  ["empty bytes", "01 00 ff", "empty"],
  ["an unknown type of text", "00 01 ff 39", "unknown-type"],
  ["an unknown type of bytes", "01 01 ff 34", "unknown-type"],
  ["bad base64", "00 04 ff 62344151", "bad-base64"],
  ["bad UTF-8", "00 02 ff 34ff", "bad-utf8"],
  ["UTF-8 that is cut", "00 03 ff 34e282", "bad-utf8"],
];

for (const [name, hex, code] of refused) {
  test(`${name} is refused`, () => {
    assert.throws(() => decode(bytesOf(hex)), { name: "EnginePacketError", code });
  });
}

test("a length has up to ten digits, zeros before it among them", () => {
  assert.deepEqual(decode(bytesOf("00 00000000000000000001 ff 32")), [{ type: "ping", data: undefined }]);
});

test("as many packets as allowed are read, one more is refused", () => {
  const bytes = bytesOf("0001ff32 0001ff32 0001ff32");
  assert.equal(decodeLegacyPayload(bytes, { maxPackets: 3 }).length, 3);
  assert.throws(() => decodeLegacyPayload(bytes, { maxPackets: 2 }), { code: "too-many-packets" });
});

const packets = fc.array(legacyPacket.filter(hasUtf8));

test("what was encoded is decoded", () => {
  fc.assert(fc.property(packets, (packets) => assert.deepEqual(decode(encode(packets)), packets)));
});

test("engine.io's parser writes the same, and reads what is written", () => {
  const withBytes = packets.map((packets) => [...packets, { type: "message" as const, data: Uint8Array.of(255) }]);
  fc.assert(
    fc.property(withBytes, (packets) => {
      const bytes = Buffer.from(encode(packets));
      const theirs = resultOf<unknown>((done) => parser3.encodePayload(packets.map(forPeer), true, done));
      assert.deepEqual(bytes, theirs);
      const read = resultsOf<PeerPacket>((done) => parser3.decodePayload(bytes, null, done));
      assert.deepEqual(
        read.map(({ type, data }) => plain({ type, data } as Packet)),
        packets.map(plain),
      );
    }),
  );
});

test("whatever the bytes, only documented errors come, and what is read is written as it was", () => {
  const random = new Random(2_020);
  for (let n = 0; n < 20_000; n++) {
    const [hex] = random.pick(vectors);
    const bytes = mutate(random, Buffer.from(bytesOf(hex)), ["\xff", "\0", "\x01\x01\xff\x04"]);
    if (refusal(() => decode(bytes)) === undefined)
      assert.deepEqual(decode(encode(decode(bytes))).map(plain), decode(bytes).map(plain));
  }
});

test("a million tiny packets are refused, or read in linear time (CVE-2020-36048)", () => {
  const payload = Buffer.from("\x00\x01\xff2".repeat(1_000_000), "latin1");
  const start = performance.now();
  assert.throws(() => decodeLegacyPayload(payload), { code: "too-many-packets" });
  assert.equal(decodeLegacyPayload(payload, { maxPackets: 1_000_000 }).length, 1_000_000);
  assert.ok(performance.now() - start < 20_000);
});

test("a million tiny packets are written in linear time", () => {
  const packets: Packet[] = Array(1_000_000).fill({ type: "ping" });
  const start = performance.now();
  assert.equal(encode(packets).length, 4_000_000);
  assert.ok(performance.now() - start < 20_000);
});
