/** What browsers load of the codec: two ends that understand each other, and the faces of socket.io-parser. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as peer from "socket.io-parser";
import { CompactDecoder, CompactEncoder } from "../src/compact.ts";
import { type Packet, PacketType } from "../src/socket/packet.ts";

const packet = { type: PacketType.EVENT, nsp: "/a", id: 3, data: ["b", { c: [Buffer.from("x")] }, "d"] };

for (const [name, Encoder, Decoder] of [
  ["ours to ours", CompactEncoder, CompactDecoder],
  ["ours to socket.io-parser", CompactEncoder, peer.Decoder],
  ["socket.io-parser to ours", peer.Encoder, CompactDecoder],
] as const) {
  test(name, () => {
    const decoder = new Decoder();
    let heard: Packet | undefined;
    decoder.on("decoded", (decoded: Packet) => {
      heard = decoded;
    });
    for (const part of new Encoder().encode(structuredClone(packet))) decoder.add(part as string);
    assert.deepEqual(structuredClone(heard?.data), structuredClone(packet.data));
    assert.equal(heard?.id, 3);
    assert.equal(heard?.nsp, "/a");
  });
}
