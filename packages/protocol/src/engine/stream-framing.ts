/** Packets of Engine.IO 4 on a stream of bytes, as WebTransport has one: a head with the length before each (protocol: "WebTransport"). */

import { engineMust } from "../errors.ts";
import { decodeText, encodeText, type Packet } from "./packet.ts";
import type { Platform } from "./platform.ts";

/*
 * The head: one byte, whose first bit says bytes (1) or text (0) and whose others say the length; 126 means that it is in
 * the next two bytes, 127 that it is in the next eight.
 */

const binaryBit = 0x80;
const in2Bytes = 126;
const in8Bytes = 127;

/** Head and packet in one. */
export function encodeFrame(packet: Packet, platform: Platform): Uint8Array {
  const { data } = packet;
  if (typeof data === "object" && data.length > 0) return frameOf(binaryBit, data);
  return frameOf(0, platform.utf8.encode(encodeText(packet, platform))); // no bytes go as base64: no frame may be empty
}

function frameOf(bit: number, body: Uint8Array): Uint8Array {
  const head = headOf(body.length);
  const frame = new Uint8Array(head.length + body.length);
  frame.set(head);
  frame.set(body, head.length);
  frame[0] = bit | frame[0]!;
  return frame;
}

function headOf(length: number): readonly number[] {
  if (length < in2Bytes) return [length];
  if (length < 0x10000) return [in2Bytes, length >> 8, length & 0xff];
  const high = Math.floor(length / 0x1_0000_0000);
  return [in8Bytes, ...bigEndian(high), ...bigEndian(length)];
}

function bigEndian(number: number): readonly number[] {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff);
}

/** Reads frames out of chunks of any size, in linear time; what it holds of an open frame is at most twice what has come of it. */
export class FrameReader {
  private readonly maxPayload: number;
  private readonly platform: Platform;
  private readonly head = new Uint8Array(9);
  private headLength = 0;
  /** Of the open frame; 0 while its head is being read. */
  private length = 0;
  /** What has come of the open frame, where a chunk ended in it. */
  private held: Uint8Array = none;
  private heldLength = 0;

  /** @param maxPayload longest packet accepted, in bytes */
  constructor(maxPayload: number, platform: Platform) {
    this.maxPayload = maxPayload;
    this.platform = platform;
  }

  /**
   * The data of binary packets may be views of `chunk`.
   * @throws {EnginePacketError} empty, too-long, bad-utf8, unknown-type, bad-base64: then the stream cannot be read any
   * further, and packets that came before in the same chunk are lost with it
   */
  receive(chunk: Uint8Array): Packet[] {
    const packets: Packet[] = [];
    for (let at = 0; at < chunk.length; ) {
      if (this.length === 0) {
        this.readHead(chunk[at]!);
        at++;
      } else {
        const part = chunk.subarray(at, at + this.length - this.heldLength);
        at += part.length;
        const body = this.readBody(part);
        if (body !== undefined) packets.push(this.end(body));
      }
    }
    return packets;
  }

  private readHead(byte: number): void {
    this.head[this.headLength++] = byte;
    if (this.headLength < headSize(this.head[0]!)) return;
    this.length = lengthIn(this.head, this.headLength);
    engineMust(this.length > 0, "empty");
    engineMust(this.length <= this.maxPayload, "too-long");
  }

  /** @returns undefined while something is missing */
  private readBody(part: Uint8Array): Uint8Array | undefined {
    if (part.length === this.length) return part;
    const length = this.heldLength + part.length;
    if (length > this.held.length) this.growTo(Math.min(this.length, Math.max(length, this.held.length * 2)));
    this.held.set(part, this.heldLength);
    this.heldLength = length;
    return length === this.length ? this.held : undefined;
  }

  private growTo(capacity: number): void {
    const grown = new Uint8Array(capacity);
    grown.set(this.held);
    this.held = grown;
  }

  private end(body: Uint8Array): Packet {
    this.headLength = 0;
    this.length = 0;
    this.held = none;
    this.heldLength = 0;
    if ((this.head[0]! & binaryBit) !== 0) return { type: "message", data: body };
    const text = this.platform.utf8.decode(body);
    engineMust(text !== undefined, "bad-utf8");
    return decodeText(text, this.platform);
  }
}

const none = new Uint8Array(0);

function headSize(first: number): number {
  const length = first & 0x7f;
  if (length === in2Bytes) return 3;
  return length === in8Bytes ? 9 : 1;
}

/** Beyond 2^53 it is inexact, and far beyond every limit. */
function lengthIn(head: Uint8Array, size: number): number {
  if (size === 1) return head[0]! & 0x7f;
  let length = 0;
  for (let at = 1; at < size; at++) length = length * 256 + head[at]!;
  return length;
}
