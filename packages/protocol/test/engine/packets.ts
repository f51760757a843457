/** Packets for the tests of the codecs, and what holds of all of them. */

import fc from "fast-check";
import { type BinaryPacket, EnginePacketError, type Packet, type PacketType } from "../../src/engine.ts";

export const types: readonly PacketType[] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

/** With every kind of character, those that mean something to a payload among them. */
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(":", "b", "4", "0", "ÿ", "\0"), fc.string({ unit: "grapheme" })),
});

/** Wherever it is read, no text is nothing behind the type. */
const textPacket: fc.Arbitrary<Packet> = fc
  .tuple(fc.constantFrom(...types), text)
  .map(([type, data]) => ({ type, data: data === "" ? undefined : data }));

const bytes = fc.uint8Array({ maxLength: 40 });

/** Engine.IO 3 has bytes in packets of every type. */
export const binaryPacket: fc.Arbitrary<BinaryPacket> = fc
  .tuple(fc.constantFrom(...types), bytes)
  .map(([type, data]) => ({ type, data }));

/** What both ends of Engine.IO 4 may send. */
export const packet: fc.Arbitrary<Packet> = fc.oneof(
  textPacket,
  bytes.map((data) => ({ type: "message" as const, data })),
);

/** What both ends of Engine.IO 3 may send. */
export const legacyPacket: fc.Arbitrary<Packet> = fc.oneof(textPacket, binaryPacket);

/** A surrogate that stands alone has no UTF-8. */
export function hasUtf8({ data }: Packet): boolean {
  return typeof data !== "string" || !/\p{Surrogate}/u.test(data);
}

/** Bytes of any make compare alike. */
export function plain({ type, data }: Packet): Packet {
  return { type, data: data instanceof Uint8Array ? Uint8Array.from(data) : data };
}

/** @returns the code of the documented error, or undefined if `read` went well */
export function refusal(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof EnginePacketError) return error.code;
    throw error;
  }
}
