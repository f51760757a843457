/** The payload of Engine.IO 3 as bytes, for clients with XHR2: kind (0 text, 1 bytes), length digit by digit, 255, packet. */

import { engineMust } from "../errors.ts";
import { decodeLegacyBinary, decodeLegacyText, encodeLegacyBinary, isBinary } from "./legacy-packet.ts";
import { encodeText, type Packet } from "./packet.ts";
import { appendDigit, maxDigits } from "./payload-length.ts";
import type { PayloadLimits } from "./payload-limits.ts";
import type { Platform } from "./platform.ts";

const textKind = 0;
const bytesKind = 1;
/** Ends the digits. */
const headEnd = 255;

export function encodeLegacyBinaryPayload(packets: readonly Packet[], platform: Platform): Uint8Array {
  const parts = packets.flatMap((packet) => encodePart(packet, platform));
  const payload = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    payload.set(part, at);
    at += part.length;
  }
  return payload;
}

function encodePart(packet: Packet, { utf8 }: Platform): [head: Uint8Array, body: Uint8Array] {
  const body = isBinary(packet) ? encodeLegacyBinary(packet) : utf8.encode(encodeText(packet));
  return [encodeHead(isBinary(packet) ? bytesKind : textKind, body.length), body];
}

function encodeHead(kind: number, length: number): Uint8Array {
  return Uint8Array.of(kind, ...Array.from(String(length), Number), headEnd);
}

/** @throws {EnginePacketError} too-many-packets, bad-length, bad-utf8; empty, unknown-type, bad-base64 for the first bad packet */
export function decodeLegacyBinaryPayload(bytes: Uint8Array, limits: PayloadLimits, platform: Platform): Packet[] {
  const packets: Packet[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = bytes.indexOf(headEnd, at) + 1;
    const end = start + readLength(bytes, at + 1, start - 1);
    engineMust(end <= bytes.length, "bad-length");
    engineMust(packets.length < limits.maxPackets, "too-many-packets");
    packets.push(decodePart(bytes[at]!, bytes.subarray(start, end), platform));
    at = end;
  }
  return packets;
}

function readLength(bytes: Uint8Array, from: number, headEndAt: number): number {
  engineMust(headEndAt > from && headEndAt - from <= maxDigits, "bad-length");
  let length = 0;
  for (let at = from; at < headEndAt; at++) length = appendDigit(length, bytes[at]!);
  return length;
}

function decodePart(kind: number, body: Uint8Array, platform: Platform): Packet {
  if (kind === bytesKind) return decodeLegacyBinary(body);
  engineMust(kind === textKind, "bad-length");
  const text = platform.utf8.decode(body);
  engineMust(text !== undefined, "bad-utf8");
  return decodeLegacyText(text, platform);
}
