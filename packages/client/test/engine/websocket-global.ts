/** A global WebSocket, which Node.js 20 has not: that of `ws`. To be imported before engine.io-client, which looks for it at once. */

import { WebSocket } from "ws";

Object.assign(globalThis, { WebSocket });
