/** What Node gives to the protocol: Buffers, its native text functions, and SIMD. */

import { isUtf8 } from "node:buffer";
import type { Platform } from "../protocol/platform.ts";
import { unmask, unmaskInto } from "./unmask.ts";

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
    target.write(text, offset, "latin1");
  },
  writeUtf8: (target, text, offset) => {
    target.write(text, offset, "utf8");
  },
};
