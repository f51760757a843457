/**
 * The text packets of Engine.IO 4 once more, written to be small instead of fast (protocol: "Packet encoding"): for clients. Tests
 * hold it to the other one.
 */

import { compactMust } from "../compact-must.ts";
import type { Packet } from "./packet.ts";
import type { PacketType } from "./packet-type.ts";
import type { TextPlatform } from "./platform.ts";

const types: readonly PacketType[] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const separator = "\x1e";

/** Bytes are `b` and base64. */
export function encodeCompactText({ type, data = "" }: Packet, { base64 }: TextPlatform): string {
  return typeof data === "string" ? types.indexOf(type) + data : `b${base64.encode(data)}`;
}

/**
 * The body of a poll.
 * @throws {Error} bad packet: a text holds U+001E: the reader would take it apart
 */
export function encodeCompactPayload(packets: readonly Packet[], platform: TextPlatform): string {
  const texts = packets.map((packet) => encodeCompactText(packet, platform));
  compactMust(!texts.some((text) => text.includes(separator)));
  return texts.join(separator);
}

/**
 * @throws {Error} bad packet: of no type
 * @throws what the platform's base64 throws for what is none
 */
export function decodeCompactText(text: string, { base64 }: TextPlatform): Packet {
  const data = text.slice(1);
  if (text.startsWith("b")) return { type: "message", data: base64.decode(data) };
  const type = types[text.charCodeAt(0) - 0x30];
  compactMust(type !== undefined);
  return { type, data: data || undefined };
}
