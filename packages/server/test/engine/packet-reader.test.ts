import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { decoderLimits, type Packet, SocketPacketError } from "@anywire/protocol/socket";
import { createPacketReader, type PacketReading } from "../../src/engine/packet-reader.ts";

function read(reading: Partial<PacketReading>, ...messages: (string | Uint8Array)[]): Packet[] {
  const packets: Packet[] = [];
  const reader = createPacketReader(
    { packet: (packet) => packets.push(packet) },
    { parser: undefined, limits: decoderLimits, protocol: 4, ...reading },
  );
  for (const message of messages) reader.receive(message);
  reader.destroy();
  return packets;
}

test("Socket.IO's packets, with their attachments", () => {
  const [packet] = read({}, '51-["e",{"_placeholder":true,"num":0}]', Buffer.from([1]));
  assert.deepEqual([packet?.type, packet?.data], [2, ["e", Buffer.from([1])]]);
});

test("those of version 2 say the query in the namespace", () => {
  assert.equal(read({ protocol: 3 }, "0/a?token=x,")[0]?.nsp, "/a");
});

test("the limits count", () => {
  assert.throws(() => read({ limits: { ...decoderLimits, maxAttachments: 1 } }, '52-["e"]'), SocketPacketError);
});

/** Takes JSON. */
class Decoder extends EventEmitter {
  add(data: unknown): void {
    this.emit("decoded", JSON.parse(String(data)));
  }

  destroy(): void {
    this.removeAllListeners();
  }
}

const parser = { Encoder: assert.fail as never, Decoder };

test("a parser of the program's own reads instead", () => {
  const packet = { type: 2, nsp: "/", data: ["e", 1] };
  assert.deepEqual(read({ parser }, JSON.stringify(packet)), [packet]);
});

test("and may leave it said that a packet holds binary data", () => {
  const packets = [5, 6].map((type) => read({ parser }, JSON.stringify({ type, nsp: "/", data: ["e"], id: 1 }))[0]);
  assert.deepEqual(
    packets.map((packet) => packet?.type),
    [2, 3],
  );
});

const invalid: readonly (object | null)[] = [
  null,
  { type: 9, nsp: "/" },
  { type: 2, nsp: 5, data: ["e"] },
  { type: 2, nsp: "/", data: "e" },
  { type: 2, nsp: "/", data: [] },
  { type: 2, nsp: "/", data: [{}] },
  { type: 2, nsp: "/", data: ["disconnect"] },
  { type: 3, nsp: "/", data: {} },
];

for (const packet of invalid) {
  test(`what it reads is looked at: ${JSON.stringify(packet)}`, () => {
    assert.throws(() => read({ parser }, JSON.stringify(packet)), SocketPacketError);
  });
}
