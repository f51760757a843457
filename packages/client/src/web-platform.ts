/** What the client has in browsers and workers: as little code as will do. */

import { CompactDecoder, CompactEncoder } from "@anywire/protocol/compact";
import { Fetch } from "./engine/fetch-polling.ts";
import { WebSocket } from "./engine/websocket.ts";
import type { Platform } from "./platform.ts";
import { webBase64 } from "./web-base64.ts";

export const webPlatform: Platform = {
  transports: { polling: Fetch, websocket: WebSocket },
  parser: { Encoder: CompactEncoder, Decoder: CompactDecoder },
  binaryType: "arraybuffer",
  base64: webBase64,
  location: globalThis.location,
};
