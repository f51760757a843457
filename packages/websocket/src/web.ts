/** `@anywire/websocket/web`: the classes of WHATWG WebSockets, for `globalThis`. */

export { CloseEvent, type CloseEventInit } from "./web/close-event.ts";
export { type BinaryType, WebSocket, type WebSocketEventMap } from "./web/web-socket.ts";
export { type WebSocketCloseInfo, WebSocketError } from "./web/web-socket-error.ts";
export {
  type WebSocketClosed,
  type WebSocketOpenInfo,
  WebSocketStream,
  type WebSocketStreamOptions,
} from "./web/web-socket-stream.ts";
