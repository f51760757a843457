import assert from "node:assert/strict";
import { test } from "node:test";
import { EnginePacketError, type Packet } from "@anywire/protocol/engine";
import { resolveEngineOptions } from "../../src/engine/engine-options.ts";
import { payloadFormatOf, textFormat } from "../../src/engine/payload-format.ts";
import type { EngineProtocol } from "../../src/engine/transport.ts";

const options = resolveEngineOptions({ maxPayloadPackets: 3 });
const setupOf = (protocol: EngineProtocol, query: Record<string, string>) => ({ protocol, query });

const packets: readonly Packet[] = [
  { type: "message", data: "a" },
  { type: "message", data: Buffer.from([1, 2]) },
];

const forms: [protocol: EngineProtocol, query: Record<string, string>, payload: string | Buffer][] = [
  [4, {}, "4a\x1ebAQI="],
  [4, { b64: "1" }, "4a\x1ebAQI="],
  [4, { j: "0" }, '___eio[0]("4a\\u001ebAQI=");'],
  [3, {}, Buffer.from([0, 2, 255, 0x34, 0x61, 1, 3, 255, 4, 1, 2])],
  [3, { b64: "1" }, "2:4a6:b4AQI="],
  [3, { b64: "" }, Buffer.from([0, 2, 255, 0x34, 0x61, 1, 3, 255, 4, 1, 2])],
  [3, { j: "0" }, '___eio[0]("2:4a6:b4AQI=");'],
];

for (const [protocol, query, payload] of forms) {
  const asked = JSON.stringify(query);
  test(`EIO ${protocol} ${asked} is sent ${JSON.stringify(payload.toString("latin1"))}`, () => {
    assert.deepEqual(toBuffer(payloadFormatOf(setupOf(protocol, query)).encode(packets)), toBuffer(payload));
  });
}

function toBuffer(payload: string | Uint8Array): Buffer {
  return Buffer.from(payload);
}

const bodies: [protocol: EngineProtocol, query: Record<string, string>, body: string | Buffer][] = [
  [4, {}, "4a\x1ebAQI="],
  [4, { j: "0" }, "d=4a%1EbAQI%3D"],
  [3, {}, "2:4a6:b4AQI="],
  [3, {}, Buffer.from([0, 2, 255, 0x34, 0x61, 1, 3, 255, 4, 1, 2])],
  [3, { j: "0" }, "d=2%3A4a6%3Ab4AQI%3D"],
];

for (const [protocol, query, body] of bodies) {
  test(`EIO ${protocol} ${JSON.stringify(query)} brings ${JSON.stringify(body.toString("latin1"))}`, () => {
    const read = payloadFormatOf(setupOf(protocol, query)).decode(Buffer.from(body), typeof body !== "string", options);
    assert.deepEqual(read, packets);
  });
}

test("streams are sent text, whatever their query says", () => {
  assert.deepEqual(textFormat.decode(Buffer.from("4a\x1ebAQI="), false, options), packets);
});

for (const protocol of [3, 4] as const) {
  test(`EIO ${protocol}: more packets than are allowed are refused`, () => {
    const body = Buffer.from(protocol === 3 ? "1:4".repeat(4) : "4\x1e4\x1e4\x1e4");
    assert.throws(() => payloadFormatOf(setupOf(protocol, {})).decode(body, false, options), EnginePacketError);
  });
}
