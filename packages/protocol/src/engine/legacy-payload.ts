/** Several packets of Engine.IO 3 in one HTTP body: each has its length before it, as text or as bytes (protocol 3: "Payload"). */

import { engineMust } from "../errors.ts";
import { decodeLegacyBinaryPayload, encodeLegacyBinaryPayload } from "./legacy-binary-payload.ts";
import { decodeLegacyText, encodeLegacyText, isBinary } from "./legacy-packet.ts";
import type { Packet } from "./packet.ts";
import { appendDigit, maxDigits } from "./payload-length.ts";
import { type PayloadLimits, payloadLimits } from "./payload-limits.ts";
import { type Platform, portable } from "./platform.ts";

/** The character code of the digit 0. */
const zero = 0x30;

/** @param takesBytes the client can read bytes (XHR2): it gets them if some packet has some */
export function encodeLegacyPayload(
  packets: readonly Packet[],
  takesBytes = false,
  platform: Platform = portable,
): string | Uint8Array {
  if (takesBytes && packets.some(isBinary)) return encodeLegacyBinaryPayload(packets, platform);
  if (packets.length === 0) return "0:";
  return packets.map((packet) => withLength(encodeLegacyText(packet, platform))).join("");
}

/** In UTF-16 code units. */
function withLength(text: string): string {
  return `${text.length}:${text}`;
}

/**
 * All packets or none.
 * @throws {EnginePacketError} too-many-packets, empty, bad-length, bad-utf8; unknown-type, bad-base64 for the first bad packet
 */
export function decodeLegacyPayload(
  payload: string | Uint8Array,
  limits: PayloadLimits = payloadLimits,
  platform: Platform = portable,
): Packet[] {
  if (typeof payload !== "string") return decodeLegacyBinaryPayload(payload, limits, platform);
  engineMust(payload !== "", "empty");
  const packets: Packet[] = [];
  for (let at = 0; at < payload.length; ) {
    const start = payload.indexOf(":", at) + 1;
    const end = start + readLength(payload, at, start - 1);
    engineMust(end <= payload.length, "bad-length");
    engineMust(packets.length < limits.maxPackets, "too-many-packets");
    if (end > start) packets.push(decodeLegacyText(payload.slice(start, end), platform)); // "0:" is a payload of nothing
    at = end;
  }
  return packets;
}

function readLength(text: string, from: number, colon: number): number {
  engineMust(colon > from && colon - from <= maxDigits, "bad-length");
  let length = 0;
  for (let at = from; at < colon; at++) length = appendDigit(length, text.charCodeAt(at) - zero);
  return length;
}
