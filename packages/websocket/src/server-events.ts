/** What a WebSocketServer tells: the events of ws. */

import type { Duplex } from "node:stream";
import type { HandshakeError } from "./protocol/errors.ts";
import type { RequestClass, WebSocketClass } from "./server-options.ts";

export interface ServerEvents<T extends WebSocketClass = WebSocketClass, U extends RequestClass = RequestClass> {
  /**
   * A handshake was answered. What the client sent behind it is read after the listeners have been called. Over HTTP/2 the
   * request is an Http2ServerRequest.
   */
  connection: [socket: InstanceType<T>, request: InstanceType<U>];
  listening: [];
  /** `close` was called, and no socket is left. */
  close: [];
  /**
   * The HTTP server failed. Or `authorize` did, or a hook or a listener of `headers` has said what cannot be written: then
   * the client is told 500, and without a listener this becomes a warning of the process.
   */
  error: [error: Error];
  /**
   * The head of the answer, line by line, before it is written: listeners may change it, or add to it. Over HTTP/2 too,
   * where headers that are of one connection are left out.
   */
  headers: [lines: string[], request: InstanceType<U>];
  /** A bad handshake. Whoever listens must answer it on `socket`; `error` says how. Over HTTP/2 that is an Http2Stream. */
  wsClientError: [error: HandshakeError, socket: Duplex, request: InstanceType<U>];
}

export type UpgradeCallback<T extends WebSocketClass = WebSocketClass, U extends RequestClass = RequestClass> = (
  socket: InstanceType<T>,
  request: InstanceType<U>,
) => void;
