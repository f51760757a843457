/** The events of a WebSocket, and what their listeners get. */

import type { ClientRequest, IncomingMessage } from "node:http";
import type { RawData } from "./ws-api.ts";

export interface WebSocketEvents {
  open: [];
  /**
   * By `binaryType` a Buffer (the default), an ArrayBuffer, a list of Buffers or a Blob; text is a Buffer always. It may be
   * a view of a larger chunk of memory: copy small things that are kept for long.
   */
  message: [data: RawData, isBinary: boolean];
  /** A data frame, with the option `assembleFragments: false`: instead of `message`. `fin`: the last of its message. */
  frame: [data: RawData, isBinary: boolean, fin: boolean];
  ping: [data: Buffer];
  pong: [data: Buffer];
  /** The connection is gone; emitted once. 1005: the peer gave no code; 1006: there was no closing handshake. */
  close: [code: number, reason: Buffer];
  /** The peer broke the protocol, or the client could not connect; `close` follows. */
  error: [error: Error];
  /** The server's answer has come, and was not looked at yet. */
  upgrade: [response: IncomingMessage];
  /** The server answered with something else. Whoever listens must end the request. */
  "unexpected-response": [request: ClientRequest, response: IncomingMessage];
  /** Before a redirect is followed. */
  redirect: [url: string, request: ClientRequest];
  /** Nothing waits any more, after the peer had been too slow. */
  drain: [];
  /** More than `maxBufferedBytes` wait; emitted once until `drain`. */
  backpressure: [];
}
