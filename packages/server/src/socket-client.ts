/** What carries sockets, as programs and adapters see it in `socket.client`: Socket.IO's `Client`. */

import type { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { WriteOptions } from "./engine/messages.ts";

/** The Engine.IO session; of a plain wire, what can be said of it in the same words. */
export interface ClientConnection extends EventEmitter {
  readonly id: string;
  readonly protocol: number;
  readonly readyState: string;
  readonly remoteAddress: string;
  readonly request: IncomingMessage;
  readonly transport: { readonly name: string };
  readonly upgraded: boolean;
  close(discard?: boolean): void;
}

/** A packet as an encoder gives it: a text, and the binary data that belongs to it. */
export type EncodedPacket = readonly (string | Uint8Array)[] | string;

export interface SocketClient {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly conn: ClientConnection;
  /** For adapters: hands what the server's encoder has encoded to the socket that it is for, on any wire. */
  writeToEngine(encoded: EncodedPacket, options?: WriteOptions): void;
  /** @internal Disconnects all its sockets, and ends the connection. */
  disconnect(): void;
}
