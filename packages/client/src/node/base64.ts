/** Base64 by Buffer, which is faster than JavaScript. */

import type { Base64 } from "@anywire/protocol/engine";

export const nodeBase64: Base64 = {
  encode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
  decode: (text) => Buffer.from(text, "base64"),
};
