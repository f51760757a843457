/** The small packet codec says and reads what the fast one says and reads. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeCompactText, encodeCompactPayload, encodeCompactText } from "../../src/engine/compact-packet.ts";
import { decodeText, encodeText, type Packet } from "../../src/engine/packet.ts";
import type { PacketType } from "../../src/engine/packet-type.ts";
import { encodePayload } from "../../src/engine/payload.ts";
import { portable } from "../../src/engine/platform.ts";

const types: PacketType[] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const text = fc.string({ unit: "binary" }).map((each) => each.replaceAll("\x1e", ""));
const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({ type: fc.constantFrom(...types), data: fc.option(text, { nil: undefined }) }),
  fc.uint8Array().map((data) => ({ type: "message" as const, data })),
);

test("as the other one: every packet, both ways", () => {
  fc.assert(
    fc.property(packet, (each) => {
      const encoded = encodeCompactText(each, portable);
      assert.equal(encoded, encodeText(each, portable));
      assert.deepEqual(decodeCompactText(encoded, portable), decodeText(encoded, portable));
    }),
  );
});

test("as the other one: every payload", () => {
  fc.assert(
    fc.property(fc.array(packet, { minLength: 1 }), (packets) => {
      assert.equal(encodeCompactPayload(packets, portable), encodePayload(packets, portable));
    }),
  );
});

test("refuses text that holds U+001E", () => {
  const forged: Packet = { type: "message", data: "a\x1e1" };
  assert.throws(() => encodeCompactPayload([forged], portable), { message: "bad packet" });
});

for (const bad of ["", "7", "x", " ", "-1", "/", "é"]) {
  test(`refuses "${bad}"`, () => assert.throws(() => decodeCompactText(bad, portable), { message: "bad packet" }));
}
