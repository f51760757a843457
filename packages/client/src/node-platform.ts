/** What the client has in Node.js. */

import { CookieJar } from "./engine/cookie-jar.ts";
import { EventSourceTransport } from "./engine/eventsource.ts";
import { NodeXHR } from "./engine/node-polling.ts";
import { NodeWebSocket } from "./engine/node-websocket.ts";
import { WebTransportTransport } from "./engine/webtransport.ts";
import { nodeBase64 } from "./node/base64.ts";
import type { Platform } from "./platform.ts";

export const nodePlatform: Platform = {
  transports: {
    polling: NodeXHR,
    websocket: NodeWebSocket,
    webtransport: WebTransportTransport,
    eventsource: EventSourceTransport,
  },
  binaryType: "nodebuffer",
  base64: nodeBase64,
  location: undefined,
  createCookieJar: () => new CookieJar(),
};
