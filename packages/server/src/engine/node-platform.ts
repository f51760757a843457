/** What Node gives to the Engine.IO codecs: its own base64 and UTF-8. Bytes that are decoded are Buffers. */

import { isUtf8 } from "node:buffer";
import type { PacketData, Platform } from "@anywire/protocol/engine";

export const nodePlatform: Platform = {
  base64: {
    encode: (bytes) => bufferOf(bytes).toString("base64"),
    decode: (text) => Buffer.from(text, "base64"),
  },
  utf8: {
    encode: (text) => Buffer.from(text),
    decode: (bytes) => (isUtf8(bytes) ? bufferOf(bytes).toString() : undefined),
  },
};

/** The same bytes, not copied. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** As programs get it. */
export function dataOf(data: PacketData | undefined): string | Buffer | undefined {
  return data instanceof Uint8Array ? bufferOf(data) : data;
}

/** What Node's types leave out: decoding that reads no name of an encoding first (bench: Socket.IO echo). */
interface SlicedBuffer extends Buffer {
  latin1Slice(start: number): string;
  utf8Slice(start: number): string;
}

/** Looked at once: to ask each Buffer costs more than the slices save. */
const hasSlices = "latin1Slice" in Buffer.prototype && "utf8Slice" in Buffer.prototype;

function isSliced(_data: Buffer): _data is SlicedBuffer {
  return hasSlices;
}

/** The text behind the type digit. @param isAscii it is known to be: UTF-8 need not be looked for */
export function textBehindType(data: Buffer, isAscii: boolean): string {
  if (!isSliced(data)) return data.toString("utf8", 1);
  return isAscii ? data.latin1Slice(1) : data.utf8Slice(1);
}
