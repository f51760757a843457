/** Payloads of Engine.IO 3 as text, beside engine.io's own parser for it; those of bytes have their own tests. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import { decodeLegacyPayload, type EngineErrorCode, encodeLegacyPayload, type Packet } from "../../src/engine.ts";
import { legacyPacket, plain, refusal } from "./packets.ts";
import { forPeer, type PeerPacket, parser3, resultOf, resultsOf } from "./peers.ts";

const vectors: [payload: string, packets: Packet[]][] = [
  ["0:", []],
  ["6:4hello", [{ type: "message", data: "hello" }]],
  [
    "2:4\u20ac3:4\ud83d\ude00",
    [
      { type: "message", data: "\u20ac" },
      { type: "message", data: "\ud83d\ude00" },
    ],
  ],
  [
    "6:4hello10:b4AQIDBA==1:2",
    [
      { type: "message", data: "hello" },
      { type: "message", data: Uint8Array.of(1, 2, 3, 4) },
      { type: "ping", data: undefined },
    ],
  ],
  ["5:44:4:", [{ type: "message", data: "4:4:" }]],
];

for (const [payload, packets] of vectors) {
  test(`${JSON.stringify(payload)} is a payload, and back`, () => {
    assert.deepEqual(decodeLegacyPayload(payload), packets);
    assert.equal(encodeLegacyPayload(packets), payload);
  });
}

const refused: [name: string, payload: string, code: EngineErrorCode][] = [
  ["nothing", "", "empty"],
  ["no length", "4hello", "bad-length"],
  ["an empty length", ":4hello", "bad-length"],
  ["a negative length", "-1:4", "bad-length"],
  ["a length with a sign", "+2:4a", "bad-length"],
  ["a length with an exponent", "1e1:4aaaaaaaaa", "bad-length"],
  ["a hexadecimal length", "0x2:4a", "bad-length"],
  ["a length with a space", " 2:4a", "bad-length"],
  ["eleven digits", "00000000002:4a", "bad-length"],
  ["a packet that is too short", "3:4a", "bad-length"],
  ["a packet that is too long", "2:4aa", "bad-length"],
  ["a length without a packet", "2:4a1", "bad-length"],
  ["an unknown type", "1:9", "unknown-type"],
  ["bad base64", "4:b4AQ", "bad-base64"],
];

for (const [name, payload, code] of refused) {
  test(`${name} is refused`, () => {
    assert.throws(() => decodeLegacyPayload(payload), { name: "EnginePacketError", code });
  });
}

test("a length has up to ten digits, zeros before it among them", () => {
  assert.deepEqual(decodeLegacyPayload("0000000002:4a"), [{ type: "message", data: "a" }]);
});

test("as many packets as allowed are read, one more is refused", () => {
  assert.equal(decodeLegacyPayload("1:21:21:2", { maxPackets: 3 }).length, 3);
  assert.throws(() => decodeLegacyPayload("1:21:21:2", { maxPackets: 2 }), { code: "too-many-packets" });
});

test("bytes go to who takes them only where there are some", () => {
  assert.equal(encodeLegacyPayload([{ type: "ping" }], true), "1:2");
  assert.equal(typeof encodeLegacyPayload([{ type: "message", data: Uint8Array.of(1) }], true), "object");
});

const packets = fc.array(legacyPacket);

test("what was encoded is decoded", () => {
  fc.assert(
    fc.property(packets, (packets) => assert.deepEqual(decodeLegacyPayload(encodeLegacyPayload(packets)), packets)),
  );
});

test("engine.io's parser writes the same, and reads what is written", () => {
  fc.assert(
    fc.property(packets, (packets) => {
      const payload = encodeLegacyPayload(packets);
      assert.equal(
        payload,
        resultOf<unknown>((done) => parser3.encodePayload(packets.map(forPeer), false, done)),
      );
      const theirs = resultsOf<PeerPacket>((done) => parser3.decodePayload(payload, null, done));
      assert.deepEqual(
        theirs.map(({ type, data }) => plain({ type, data } as Packet)),
        packets.map(plain),
      );
    }),
  );
});

test("whatever the text, only documented errors come, and all that engine.io's parser refuses is refused", () => {
  const random = new Random(36_049);
  for (let n = 0; n < 20_000; n++) {
    const [source] = random.pick(vectors);
    const payload = mutate(random, Buffer.from(source), [":", "1", "b4", "1:2"]).toString();
    const theirs = resultsOf<PeerPacket>((done) => parser3.decodePayload(payload, null, done));
    const code = refusal(() => decodeLegacyPayload(payload));
    if (code === undefined)
      assert.deepEqual(
        theirs.map(({ type }) => type),
        decodeLegacyPayload(payload).map(({ type }) => type),
      );
  }
});

test("a million tiny packets are refused, or read in linear time (CVE-2020-36048)", () => {
  const payload = "1:2".repeat(1_000_000);
  const start = performance.now();
  assert.throws(() => decodeLegacyPayload(payload), { code: "too-many-packets" });
  assert.equal(decodeLegacyPayload(payload, { maxPackets: 1_000_000 }).length, 1_000_000);
  assert.equal(decodeLegacyPayload("0:".repeat(1_000_000)).length, 0);
  assert.ok(performance.now() - start < 10_000);
});

test("a packet of fifty megabytes, and endless digits, cost linear time (CVE-2020-36049)", () => {
  const payload = `50000001:4${"x".repeat(50_000_000)}`;
  const start = performance.now();
  assert.equal(encodeLegacyPayload(decodeLegacyPayload(payload)), payload);
  assert.equal(
    refusal(() => decodeLegacyPayload("1".repeat(50_000_000))),
    "bad-length",
  );
  assert.equal(
    refusal(() => decodeLegacyPayload(`${"1".repeat(50_000_000)}:`)),
    "bad-length",
  );
  assert.ok(performance.now() - start < 10_000);
});
