/** Damaged messages: each is a packet, a part of one, or a documented error, and the decoder goes on. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import { decoderLimits, isPacketValid, PacketDecoder, readLegacyConnect, SocketPacketError } from "../../src/socket.ts";
import { type Message, vectors } from "./vectors.ts";

const words = [
  '{"_placeholder":true,"num":0}',
  '{"_placeholder":true,"num":',
  "51-",
  "60-",
  "/a,",
  '"connect"',
  "[[[[",
  "]]]]",
  '"__proto__":',
  "999",
];

function damage(random: Random, message: Message): Message {
  if (random.below(3) === 0) return message;
  if (typeof message !== "string") return mutate(random, Buffer.from(message));
  return mutate(random, Buffer.from(message), words).toString("latin1");
}

/** One to three messages of any vectors, in an order that may be wrong. */
function draw(random: Random): Message[] {
  const drawn: Message[] = [];
  for (let n = 1 + random.below(3); n > 0; n--) {
    for (const message of random.pick(vectors)[2]) if (random.below(8) > 0) drawn.push(damage(random, message));
  }
  return drawn;
}

for (const protocol of [4, 5] as const) {
  test(`protocol ${protocol}`, () => {
    const random = new Random(20_261_121 + protocol);
    const codes = new Map<string, number>();
    let packets = 0;
    const handler = {
      packet(packet: unknown): void {
        assert.ok(isPacketValid(packet), JSON.stringify(packet));
        packets++;
      },
    };
    const readConnect = protocol === 4 ? readLegacyConnect : undefined;
    const decoder = new PacketDecoder(handler, { ...decoderLimits, maxAttachmentBytes: 64, readConnect });
    for (let round = 0; round < 30_000; round++) {
      for (const message of draw(random)) {
        try {
          decoder.receive(message);
        } catch (error) {
          if (!(error instanceof SocketPacketError)) throw error;
          assert.equal(decoder.isWaiting, false);
          codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
        }
      }
    }
    assert.ok(packets > 10_000, `${packets} packets`);
    assert.ok(codes.size >= 8, `the fuzz reaches many errors: ${[...codes.keys()]}`);
  });
}
