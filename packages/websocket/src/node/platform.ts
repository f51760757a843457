/** What Node gives to the protocol: Buffers, its native text functions, and SIMD. */

import { isUtf8 } from "node:buffer";
import type { Platform } from "../protocol/platform.ts";
import { unmask, unmaskInto } from "./unmask.ts";

/** What Node's types leave out: writing that reads no name of an encoding first (bench: Socket.IO echo). */
interface NativeBuffer extends Buffer {
  latin1Write(text: string, offset: number): number;
}

/** Looked at once: to ask each Buffer costs more than it saves. */
const hasNative = "latin1Write" in Buffer.prototype;

function isNative(_buffer: Buffer): _buffer is NativeBuffer {
  return hasNative;
}

export const platform: Platform<Buffer> = {
  empty: Buffer.alloc(0),
  /** Not from Node's pool: a small piece that is kept would keep eight KiB. */
  allocate: (size) => Buffer.allocUnsafeSlow(size),
  view: (bytes, start, end) => bytes.subarray(start, end),
  unmask,
  unmaskInto,
  isUtf8,
  byteLength: (text) => Buffer.byteLength(text),
  writeAscii: (target, text, offset) => {
    if (isNative(target)) target.latin1Write(text, offset);
    else target.write(text, offset, "latin1");
  },
  writeUtf8: (target, text, offset) => {
    target.write(text, offset, "utf8");
  },
};
