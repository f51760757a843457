/** Base64 as browsers have it; code for it of our own would make the bundle larger. */

import type { Base64 } from "@anywire/protocol/engine";

/** Longest list of arguments that every engine takes with ease. */
const chunkLength = 8_192;

export const webBase64: Base64 = {
  encode(bytes) {
    let text = "";
    for (let from = 0; from < bytes.length; from += chunkLength)
      text += String.fromCharCode(...bytes.subarray(from, from + chunkLength));
    return btoa(text);
  },
  decode: (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
};
