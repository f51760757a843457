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
  const bodies = packets.map((packet) =>
    isBinary(packet) ? encodeLegacyBinary(packet) : platform.utf8.encode(encodeText(packet, platform)),
  );
  const payload = new Uint8Array(bodies.reduce((size, body) => size + headSize(body) + body.length, 0));
  let at = 0;
  for (const [n, body] of bodies.entries()) {
    payload[at] = isBinary(packets[n]!) ? bytesKind : textKind;
    at = writeLength(payload, at + 1, body.length);
    payload.set(body, at);
    at += body.length;
  }
  return payload;
}

/** The kind, the digits of the length, and what ends them. */
function headSize({ length }: Uint8Array): number {
  return String(length).length + 2;
}

/** @returns where the packet goes */
function writeLength(payload: Uint8Array, from: number, length: number): number {
  let at = from;
  for (const digit of String(length)) payload[at++] = Number(digit);
  payload[at++] = headEnd;
  return at;
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
