/** Base64 as browsers have it; code for it of our own would make the bundle larger. */

import type { Base64 } from "@anywire/protocol/engine";

export const webBase64: Base64 = {
  encode: (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")),
  decode: (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
};
