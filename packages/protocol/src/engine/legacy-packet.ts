/** One packet of Engine.IO 3, which clients of Socket.IO 2 speak, as text and as bytes (protocol 3: "Encoding"). */

import { engineMust } from "../errors.ts";
import { base64Mark, base64MarkCode, decodeBase64, decodeText, encodeText, type Packet } from "./packet.ts";
import { digitOf, numberOf, type PacketType, typeOfCharacter, typeOfNumber } from "./packet-type.ts";
import { type Platform, portable } from "./platform.ts";

/** A packet with bytes; unlike in Engine.IO 4 it has a type of its own. */
export interface BinaryPacket extends Packet {
  readonly type: PacketType;
  readonly data: Uint8Array;
}

export function isBinary(packet: Packet): packet is BinaryPacket {
  return typeof packet.data === "object";
}

/** Where only text goes: bytes are `b`, the type and base64. */
export function encodeLegacyText(packet: Packet, platform: Platform = portable): string {
  if (!isBinary(packet)) return encodeText(packet, platform);
  return base64Mark + digitOf(packet.type) + platform.base64.encode(packet.data);
}

/** @throws {EnginePacketError} empty, unknown-type, bad-base64 */
export function decodeLegacyText(text: string, platform: Platform = portable): Packet {
  if (text.charCodeAt(0) !== base64MarkCode) return decodeText(text, platform);
  return { type: typeOfCharacter(text.charCodeAt(1)), data: decodeBase64(text.slice(2), platform) };
}

/** A binary message of a WebSocket: the number of the type as one byte, then the data. */
export function encodeLegacyBinary({ type, data }: BinaryPacket): Uint8Array {
  const bytes = new Uint8Array(1 + data.length);
  bytes[0] = numberOf(type);
  bytes.set(data, 1);
  return bytes;
}

/**
 * The data is a view of `bytes`, and a Buffer if that is one.
 * @throws {EnginePacketError} empty, unknown-type
 */
export function decodeLegacyBinary(bytes: Uint8Array): BinaryPacket {
  engineMust(bytes.length > 0, "empty");
  return { type: typeOfNumber(bytes[0]!), data: bytes.subarray(1) };
}
