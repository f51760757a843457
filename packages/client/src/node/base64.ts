/** Base64 by Buffer, which is faster than JavaScript. */

import type { Base64 } from "@anywire/protocol/engine";

export const nodeBase64: Base64 = {
  encode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
  decode(text) {
    if (!/^[\w+/-]*={0,2}$/.test(text)) throw new TypeError("bad base64"); // which Buffer would read as far as it goes
    return Buffer.from(text, "base64");
  },
};
