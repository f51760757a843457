/** The events that the server itself emits, with the types of their listeners: names are Socket.IO's. */

import type { Anything } from "@anywire/protocol/emitter";

/** Why a socket is gone. */
export type DisconnectReason =
  | "transport error"
  | "transport close"
  | "forced close"
  | "ping timeout"
  | "parse error"
  | "server shutting down"
  | "forced server close"
  | "client namespace disconnect"
  | "server namespace disconnect";

/** What a middleware refuses a client with: `data` goes to the client. */
export interface ExtendedError extends Error {
  data?: Anything;
}

/** An event on its way through the middleware of a socket: its name, then its arguments. */
export type Event = [string, ...Anything[]];

/** Those of a socket. */
export interface SocketReservedEvents {
  /** It is about to leave its rooms. */
  disconnecting: (reason: DisconnectReason, description?: Anything) => void;
  disconnect: (reason: DisconnectReason, description?: Anything) => void;
  /** A middleware of the socket refused an event. */
  error: (error: Error) => void;
}

/** Those of a namespace. */
export interface NamespaceReservedEvents<Socket> {
  connect: (socket: Socket) => void;
  /** A client is in. */
  connection: (socket: Socket) => void;
  /** The program's own error, in a listener of this socket's event, where there is one. */
  error: (error: Anything, socket: Socket | undefined, event: string) => void;
}

/** Those of the server. */
export interface ServerReservedEvents<Socket, Namespace> extends NamespaceReservedEvents<Socket> {
  new_namespace: (namespace: Namespace) => void;
}
