/** The types of packets, Engine.IO 3 and 4 alike: each is a digit on the wire. */

import { engineMust } from "../errors.ts";

export type PacketType = "open" | "close" | "ping" | "pong" | "message" | "upgrade" | "noop";

/** By their number on the wire. */
const types: readonly PacketType[] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

/** The character code of the digit 0. */
const zero = 0x30;

/** What stands before bytes. */
export function numberOf(type: PacketType): number {
  return types.indexOf(type);
}

/** What stands before text. */
export function digitOf(type: PacketType): string {
  return `${numberOf(type)}`;
}

/** @throws {EnginePacketError} unknown-type */
export function typeOfNumber(number: number): PacketType {
  const type = types[number];
  engineMust(type !== undefined, "unknown-type");
  return type;
}

/**
 * The type of a text packet by its first character; for those who want no packet made.
 * @param code a character code: `text.charCodeAt(0)`
 * @throws {EnginePacketError} unknown-type, also for `b`, which is no type
 */
export function typeOfCharacter(code: number): PacketType {
  return typeOfNumber(code - zero);
}
