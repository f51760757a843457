/** Payloads of Engine.IO 4, beside engine.io-parser. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import type { EngineErrorCode, Packet } from "../../src/engine.ts";
import { packet, plain, refusal } from "./packets.ts";
import { forPeer, parser4, resultOf } from "./peers.ts";
import { decodePayload, encodePayload } from "./portable-codecs.ts";

const vectors: [payload: string, packets: Packet[]][] = [
  ["4hello", [{ type: "message", data: "hello" }]],
  [
    "4hello\x1e2\x1e4world",
    [
      { type: "message", data: "hello" },
      { type: "ping", data: undefined },
      { type: "message", data: "world" },
    ],
  ],
  [
    "4hello\x1ebAQIDBA==\x1e4",
    [
      { type: "message", data: "hello" },
      { type: "message", data: Uint8Array.of(1, 2, 3, 4) },
      { type: "message", data: undefined },
    ],
  ],
];

for (const [payload, packets] of vectors) {
  test(`${JSON.stringify(payload)} is a payload, and back`, () => {
    assert.deepEqual(decodePayload(payload), packets);
    assert.equal(encodePayload(packets), payload);
  });
}

const refused: [name: string, payload: string, code: EngineErrorCode][] = [
  ["nothing", "", "empty"],
  ["a separator alone", "\x1e", "empty"],
  ["a separator at the end", "4a\x1e", "empty"],
  ["a separator at the beginning", "\x1e4a", "empty"],
  ["an unknown type behind good packets", "4a\x1e4b\x1ex", "unknown-type"],
  ["bad base64 among good packets", "4a\x1ebAQ\x1e4b", "bad-base64"],
];

for (const [name, payload, code] of refused) {
  test(`${name} is refused`, () => assert.throws(() => decodePayload(payload), { name: "EnginePacketError", code }));
}

test("no packets are no text", () => assert.equal(encodePayload([]), ""));

test("text that the reader would take apart is refused: it could forge packets", () => {
  assert.throws(() => encodePayload([{ type: "message", data: "a\x1e1" }]), { code: "holds-separator" });
});

test("as many packets as allowed are read, one more is refused", () => {
  assert.equal(decodePayload("2\x1e2\x1e2", { maxPackets: 3 }).length, 3);
  assert.throws(() => decodePayload("2\x1e2\x1e2", { maxPackets: 2 }), { code: "too-many-packets" });
  assert.equal(decodePayload("2\x1e2", { maxPackets: Number.MAX_SAFE_INTEGER }).length, 2);
});

const payload = fc.array(
  packet.filter(({ data }) => typeof data !== "string" || !data.includes("\x1e")),
  { minLength: 1 },
);

test("what was encoded is decoded", () => {
  fc.assert(fc.property(payload, (packets) => assert.deepEqual(decodePayload(encodePayload(packets)), packets)));
});

test("engine.io-parser writes the same, and reads what is written", () => {
  fc.assert(
    fc.property(payload, (packets) => {
      const text = encodePayload(packets);
      assert.equal(
        text,
        resultOf<string>((done) => parser4.encodePayload(packets.map(forPeer), done)),
      );
      assert.deepEqual(
        parser4.decodePayload(text).map(({ type, data }) => plain({ type, data } as Packet)),
        packets.map(plain),
      );
    }),
  );
});

test("whatever the text, what engine.io-parser refuses is refused, and the rest is read alike or has bad base64", () => {
  const random = new Random(36_048);
  for (let n = 0; n < 20_000; n++) {
    const [source] = random.pick(vectors);
    const text = mutate(random, Buffer.from(source), ["\x1e", "4", "b", "="]).toString();
    const theirs = parser4.decodePayload(text);
    const code = refusal(() => decodePayload(text));
    if (code === undefined) assert.equal(decodePayload(text).length, theirs.length);
    else if (code !== "bad-base64") assert.equal(theirs.at(-1)?.type, "error", text);
  }
});

test("a million tiny packets are refused, or read in linear time (CVE-2020-36048)", () => {
  const payload = `${"2\x1e".repeat(999_999)}2`;
  const start = performance.now();
  assert.throws(() => decodePayload(payload), { code: "too-many-packets" });
  assert.equal(decodePayload(payload, { maxPackets: 1_000_000 }).length, 1_000_000);
  assert.ok(performance.now() - start < 10_000);
});

test("a million tiny packets are written in linear time", () => {
  const packets: Packet[] = Array(1_000_000).fill({ type: "ping" });
  const start = performance.now();
  assert.equal(encodePayload(packets).length, 1_999_999);
  assert.ok(performance.now() - start < 10_000);
});
