/** @anywire/websocket: what `import` and `require` see. */

import { WebSocket } from "./websocket.ts";

export type { ClientOptions } from "./client-options.ts";
export type { SendCallback } from "./node/send-callback.ts";
export type { ConnectionSettings, HeartbeatOptions } from "./options.ts";
export type { Data } from "./payload.ts";
export { PreparedMessage } from "./prepared.ts";
export { HandshakeError } from "./protocol/errors.ts";
export { type Handshake, type HandshakeRequest, readHandshake } from "./protocol/handshake.ts";
export type { ServerEvents, UpgradeCallback } from "./server.ts";
export { WebSocketServer } from "./server.ts";
export type { ServerOptions } from "./server-options.ts";
export type { SendOptions, WebSocketEvents } from "./websocket.ts";
export { WebSocket };
export default WebSocket;
