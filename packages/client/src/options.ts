/** The options of `io()`: names and defaults are socket.io-client's; those of the session are in engine-options.ts. */

import type { Anything } from "@anywire/protocol/emitter";
import type { EngineOptions } from "./engine/engine-options.ts";

/** What the client says of itself when it asks for a namespace; given to it, or asked for before each connection. */
export type Auth = { [key: string]: Anything } | ((callback: (data: object) => void) => void) | (() => Promise<object>);

export interface ManagerOptions extends EngineOptions {
  /** A connection of its own. @default false */
  forceNew: boolean;
  /** Namespaces of one server share a connection. @default true */
  multiplex: boolean;
  /** @default "/socket.io" */
  path: string;
  /** Come back after the connection is lost. @default true */
  reconnection: boolean;
  /** Give up after so many tries. @default Infinity */
  reconnectionAttempts: number;
  /** Milliseconds before the first try; then twice as long each time. @default 1_000 */
  reconnectionDelay: number;
  /** Milliseconds between two tries, at most. @default 5_000 */
  reconnectionDelayMax: number;
  /** Part of the delay that chance adds or takes away, 0 to 1. @default 0.5 */
  randomizationFactor: number;
  /** Milliseconds for one attempt to connect; `false` for no limit. @default 20_000 */
  timeout: number | false;
  /** Connect at once. @default true */
  autoConnect: boolean;
  /** An object with `Encoder` and `Decoder`, like `socket.io-msgpack-parser`. @default Socket.IO's own */
  parser: Anything;
}

export interface SocketOptions {
  auth?: Auth;
  /** How many times an emit is sent again until it is acknowledged; such emits go one by one. @default 0 */
  retries?: number;
  /** Milliseconds to wait for an acknowledgement, where `timeout()` says nothing else. @default none */
  ackTimeout?: number;
  /** Events that may wait for the connection; `false`: none. What is beyond is refused: `anywire:refused`. @default 10_000 */
  offlineQueue?: number | false;
  /** Ends the socket, as `disconnect()` does. */
  signal?: AbortSignal;
}
