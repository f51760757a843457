/** One packet of Engine.IO 4 as text, and in the form that a WebSocket message has (protocol: "Packet encoding"). */

import { engineMust } from "../errors.ts";
import { isBase64 } from "../is-base64.ts";
import { digitOf, type PacketType, typeOfCharacter } from "./packet-type.ts";
import type { TextPlatform } from "./platform.ts";

export type PacketData = string | Uint8Array;

export interface Packet {
  readonly type: PacketType;
  /** Undefined if nothing follows the type. Engine.IO 4 has bytes only in messages. */
  readonly data?: PacketData | undefined;
}

/** Stands before base64, in the place of a type. */
export const base64Mark = "b";
export const base64MarkCode = 0x62;

/** Where only text goes: bytes are `b` and base64. */
export function encodeText({ type, data }: Packet, platform: TextPlatform): string {
  if (data === undefined) return digitOf(type);
  return typeof data === "string" ? digitOf(type) + data : base64Mark + platform.base64.encode(data);
}

/** @throws {EnginePacketError} empty, unknown-type, bad-base64 */
export function decodeText(text: string, platform: TextPlatform): Packet {
  engineMust(text !== "", "empty");
  const first = text.charCodeAt(0);
  if (first === base64MarkCode) return { type: "message", data: decodeBase64(text.slice(1), platform) };
  return { type: typeOfCharacter(first), data: text.slice(1) || undefined };
}

/**
 * The Java client breaks base64 into lines.
 * @throws {EnginePacketError} bad-base64
 */
export function decodeBase64(text: string, { base64 }: TextPlatform): Uint8Array {
  const line = text.includes("\n") ? text.replace(/[\r\n]/g, "") : text;
  engineMust(isBase64(line), "bad-base64");
  return base64.decode(line);
}

/** What a WebSocket sends: text, or, for bytes, the bytes alone. */
export function encodePacket(packet: Packet, platform: TextPlatform): PacketData {
  return typeof packet.data === "object" ? packet.data : encodeText(packet, platform);
}

/**
 * What a WebSocket has received.
 * @throws {EnginePacketError} empty, unknown-type, bad-base64
 */
export function decodePacket(encoded: PacketData, platform: TextPlatform): Packet {
  return typeof encoded === "string" ? decodeText(encoded, platform) : { type: "message", data: encoded };
}
