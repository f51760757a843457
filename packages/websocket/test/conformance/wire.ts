/** The wire as the tables of this suite write and read it, RFC 6455 §5.2: made by hand, without the code under test. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { clientFrame, closePayload, type FrameForm, serverFrame } from "../frames.ts";

/** A frame that either side may send: masking comes with the side. */
export type Frame = readonly [opcode: number, payload?: string | Uint8Array, form?: FrameForm];

const kinds: Readonly<Record<number, string>> = {
  0: "continuation",
  1: "text",
  2: "binary",
  8: "close",
  9: "ping",
  10: "pong",
};

/** Not the last frame of its message. */
export const more: FrameForm = { fin: false };

export const text = (payload: string | Uint8Array = "", form: FrameForm = {}): Frame => [1, payload, form];
export const binary = (payload: string | Uint8Array = "", form: FrameForm = {}): Frame => [2, payload, form];
export const rest = (payload: string | Uint8Array = "", form: FrameForm = {}): Frame => [0, payload, form];
export const ping = (payload: string | Uint8Array = "", form: FrameForm = {}): Frame => [9, payload, form];
export const pong = (payload: string | Uint8Array = "", form: FrameForm = {}): Frame => [10, payload, form];
export const close = (code?: number, reason: string | Uint8Array = ""): Frame => [
  8,
  code === undefined ? "" : closePayload(code, reason),
];

export function bytesOn(masked: boolean, frames: readonly Frame[]): Buffer {
  const encode = masked ? clientFrame : serverFrame;
  return Buffer.concat(frames.map(([opcode, payload, form]) => encode(opcode, payload, form)));
}

const shownUpTo = 64;

/** What was told or heard, as a line to compare: short payloads as they are, long ones by their hash. */
export function say(kind: string, payload: string | Uint8Array): string {
  const bytes = Buffer.from(payload);
  if (bytes.length <= shownUpTo) return `${kind} ${bytes.toString("latin1")}`;
  return `${kind} of ${bytes.length} bytes, ${createHash("sha1").update(bytes).digest("hex")}`;
}

export function sayClose(code: number, reason: string | Uint8Array = ""): string {
  return say(`close ${code}`, reason);
}

/** One frame that came over the wire. */
export interface Heard {
  readonly fin: boolean;
  /** RSV1. */
  readonly compressed: boolean;
  readonly kind: string;
  readonly payload: Buffer;
}

/** All frames in these bytes. A frame that breaks a rule, or is not whole, fails the test. */
export function readFrames(bytes: Buffer, masked: boolean): Heard[] {
  const frames: Heard[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [frame, size] = readFrame(bytes.subarray(at), masked);
    frames.push(frame);
    at += size;
  }
  return frames;
}

function readFrame(bytes: Buffer, masked: boolean): [frame: Heard, size: number] {
  const [first = 0, second = 0] = bytes;
  const kind = kinds[first & 0x0f];
  assert.ok(kind !== undefined, `opcode ${first & 0x0f} (§5.2)`);
  assert.equal(first & 0x30, 0, "RSV2 and RSV3 (§5.2)");
  assert.equal(second >= 0x80, masked, "a client masks, a server does not (§5.1)");
  const [length, lengthSize] = readLength(bytes);
  const start = 1 + lengthSize + (masked ? 4 : 0);
  assert.ok(start + length <= bytes.length, "a frame that is not whole");
  const key = bytes.subarray(1 + lengthSize, start);
  const payload = Buffer.from(bytes.subarray(start, start + length));
  if (masked) for (let n = 0; n < length; n++) payload[n]! ^= key[n & 3]!;
  if (kind === "close" || kind === "ping" || kind === "pong") assert.ok(first >= 0x80 && length <= 125, "§5.5");
  return [{ fin: first >= 0x80, compressed: (first & 0x40) !== 0, kind, payload }, start + length];
}

function readLength(bytes: Buffer): [length: number, size: number] {
  const code = bytes[1]! & 0x7f;
  if (code < 126) return [code, 1];
  const length = code === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  assert.ok(length > (code === 126 ? 125 : 0xffff), "a length in more bytes than it takes (§5.2)");
  return [length, code === 126 ? 3 : 9];
}

export function sayFrame({ fin, compressed, kind, payload }: Heard): string {
  const marks = `${fin ? "" : "part of "}${compressed ? "compressed " : ""}`;
  if (kind !== "close") return say(marks + kind, payload);
  return payload.length === 0 ? "close" : marks + sayClose(payload.readUInt16BE(), payload.subarray(2));
}

/** The end of a connection that this suite holds in its hand. */
export class Wire {
  readonly socket: Socket;
  private readonly chunks: Buffer[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay();
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => this.chunks.push(chunk));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** Up to the end of a head of HTTP, which is taken away. */
  async head(): Promise<string> {
    while (!this.bytes.includes("\r\n\r\n")) {
      if (this.socket.destroyed) throw new Error(`no answer, but ${this.bytes.toString("latin1")}`);
      await Promise.race([once(this.socket, "data"), once(this.socket, "close")]);
    }
    const bytes = this.bytes;
    const end = bytes.indexOf("\r\n\r\n") + 4;
    this.chunks.splice(0, this.chunks.length, bytes.subarray(end));
    return bytes.toString("latin1", 0, end);
  }

  /** All that came until the other side ended the stream. */
  async all(): Promise<Buffer> {
    if (!this.socket.destroyed) await once(this.socket, "close");
    return this.bytes;
  }
}
