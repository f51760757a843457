/** What an opening handshake gives to the WebSocket that it was for. */

import type { ConnectionOptions } from "./node/connection.ts";
import type { Deflate } from "./node/deflate.ts";
import type { WebSocket } from "./websocket.ts";

export interface SocketOptions {
  readonly connection: ConnectionOptions;
  readonly protocol: string;
  readonly deflate: Deflate | undefined;
  /** Called before `close` is emitted. */
  readonly released?: ((socket: WebSocket) => void) | undefined;
}
