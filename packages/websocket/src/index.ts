/** @anywire/websocket: what `import` and `require` see. */

import { WebSocket } from "./websocket.ts";

export type { AddressInfo } from "node:net";
export type { ClientOptions } from "./client-options.ts";
export type { EventListenerOptions } from "./event.ts";
export type { FrameOptions } from "./frame-pieces.ts";
export { extension, subprotocol } from "./header-faces.ts";
export type { SendCallback } from "./node/send-callback.ts";
export type { Refusal } from "./node/upgrade.ts";
export type { ConnectionSettings, HeartbeatOptions } from "./options.ts";
export { PerMessageDeflate } from "./permessage-deflate.ts";
export type { PrepareOptions } from "./prepared.ts";
export { PreparedMessage } from "./prepared.ts";
export { HandshakeError } from "./protocol/errors.ts";
export { type Handshake, type HandshakeRequest, readHandshake } from "./protocol/handshake.ts";
export { Receiver, type ReceiverOptions } from "./receiver.ts";
export type { SendOptions } from "./send-options.ts";
export { Sender, type SenderOptions } from "./sender.ts";
export type { ServerEvents, UpgradeCallback } from "./server.ts";
export { WebSocketServer, WebSocketServer as Server } from "./server.ts";
export type { ServerOptions } from "./server-options.ts";
export type { BinaryType } from "./socket-events.ts";
export { createWebSocketStream } from "./stream.ts";
export type { Authorize } from "./verification.ts";
export { WebSocketError } from "./web/web-socket-error.ts";
export { WebSocketStream } from "./web/web-socket-stream.ts";
export type { WebSocketEvents } from "./websocket-events.ts";
export type {
  BufferLike,
  CertMeta,
  CloseEvent,
  Data,
  ErrorEvent,
  Event,
  FinishRequestCallback,
  MessageEvent,
  PerMessageDeflateOptions,
  RawData,
  VerifyClientCallbackAsync,
  VerifyClientCallbackSync,
  WebSocketEventMap,
} from "./ws-api.ts";
export { WebSocket };
export default WebSocket;
