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
