/** What the client has in Node.js. */

import { Decoder, Encoder } from "@anywire/protocol/socket";
import { CookieJar } from "./engine/cookie-jar.ts";
import { EventSourceTransport } from "./engine/eventsource.ts";
import { NodeXHR } from "./engine/node-polling.ts";
import { NodeWebSocket } from "./engine/node-websocket.ts";
import { WebTransportTransport } from "./engine/webtransport.ts";
import { nodeBase64 } from "./node/base64.ts";
import type { Platform } from "./platform.ts";

/** Of one packet, in bytes: a client has chosen whom it listens to, and takes more than servers do. */
const maxAttachmentBytes = 2 ** 30;

class NodeDecoder extends Decoder {
  constructor() {
    super({ maxAttachmentBytes });
  }
}

export const nodePlatform: Platform = {
  transports: {
    polling: NodeXHR,
    websocket: NodeWebSocket,
    webtransport: WebTransportTransport,
    eventsource: EventSourceTransport,
  },
  parser: { Encoder, Decoder: NodeDecoder },
  binaryType: "nodebuffer",
  base64: nodeBase64,
  location: undefined,
  createCookieJar: () => new CookieJar(),
};
