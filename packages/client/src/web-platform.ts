/** What the client has in browsers and workers: as little code as will do. */

import { CompactDecoder, CompactEncoder } from "@anywire/protocol/compact";
import { Fetch } from "./engine/fetch-polling.ts";
import { WebSocket } from "./engine/websocket.ts";
import type { Platform } from "./platform.ts";

/** Longest list of arguments that every engine takes with ease. */
const chunkLength = 8_192;

export const webPlatform: Platform = {
  transports: { polling: Fetch, websocket: WebSocket },
  parser: { Encoder: CompactEncoder, Decoder: CompactDecoder },
  binaryType: "arraybuffer",
  base64: {
    encode(bytes) {
      let text = "";
      for (let from = 0; from < bytes.length; from += chunkLength)
        text += String.fromCharCode(...bytes.subarray(from, from + chunkLength));
      return btoa(text);
    },
    decode: (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
  },
  location: globalThis.location,
};
