/** The port between an endpoint (which knows requests) and the rooms (which know sockets): who asks to come in, and the answer. */

import type { Handshake } from "./handshake.ts";
import type { LateHandshake } from "./late-handshake.ts";
import type { Link, LinkHandler, Wire } from "./link.ts";
import type { SocketClient } from "./socket-client.ts";

/** A client asks to come in. */
export interface AdmissionRequest {
  readonly wire: Wire;
  /** Where it wants to go; begins with `/`. */
  readonly namespace: string;
  readonly handshake: Handshake | LateHandshake;
  /** Who the client is, by `authenticate`; undefined for anonymous clients. */
  readonly principal: string | undefined;
  /** Rooms asked for (`room=`). */
  readonly rooms: readonly string[];
  /** The last id that the client has (`since=`, `Last-Event-ID`), or a poll's cursor. */
  readonly since: string | undefined;
  /** The session to resume (`session=`, or Socket.IO's `pid`). */
  readonly session: string | undefined;
  /** What carries the socket, where it may carry others too. */
  readonly client?: SocketClient;
  /** The id of the socket, where it is given (EIO 3). */
  readonly id?: string | undefined;
  /** Of an instance of our client that repeats emits. */
  readonly nonce?: string | undefined;
}

/** A client that may come in. Exactly one of `open` and `abandon` is called. */
export interface Admission {
  /** The socket: whoever carries it reports here. */
  readonly handler: LinkHandler;
  /** The session's secret: what the client comes back with. Empty if it cannot. */
  readonly session: string;
  /** The link is up: joins, `connection` handlers, replay and live delivery follow. `link.open` is called when it is decided what was recovered. */
  open(link: Link): void;
  /** The wire died before it was up. */
  abandon(): void;
}

/** A live socket, looked up by its session for a poll or a POST. */
export interface LiveSession {
  readonly principal: string | undefined;
  readonly handler: LinkHandler;
  readonly link: Link;
}

export interface Gate {
  /** @throws {Refusal} 401, 403, 429 or 503 */
  admit(request: AdmissionRequest): Promise<Admission>;
  /** @returns undefined if no live socket of the namespace has this session */
  find(session: string, namespace: string): LiveSession | undefined;
}
