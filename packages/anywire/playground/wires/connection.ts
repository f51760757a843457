/** The port between a panel and what carries it: one connection, of one kind, made once and closed once. */

import type { Hello, Outcome, WireEvent } from "./event.ts";
import type { Library } from "./socket-io.ts";

export const kinds = ["socket.io", "websocket", "eventsource", "poll"] as const;

export type Kind = (typeof kinds)[number];

/** What a client comes back with. Nothing of it is set the first time. */
export interface Ticket {
  readonly session: string | undefined;
  /** Id of the last event it has. */
  readonly since: string | undefined;
  /** A long poll's place in its session's queue. */
  readonly cursor: string | undefined;
}

export interface Connection {
  /** A long poll's place in its session's queue. */
  readonly cursor: string | undefined;
  /** Sends the event `chat` and waits for its ack. Never rejects. */
  send(text: string): Promise<Outcome>;
  /** Stops at once, as near to a lost network as a page can get: nothing is read any more, no reason is given. */
  cut(): void;
}

/** What a connection tells its panel. Nothing after `cut` or `lost`. */
export interface ConnectionHandler {
  /** The server has said hello. What was missed follows, then `caught-up`. */
  opened(hello: Hello): void;
  /** The session was still open: what was missed follows, then `caughtUp`. */
  continued(): void;
  caughtUp(): void;
  /** All streams are held: the connection waits for its turn, and is opened by itself. */
  queued(): void;
  received(event: WireEvent): void;
  /** The connection ended and the panel did not ask for it. `retry`: milliseconds, if the server said when to come back. */
  lost(why: string, retry?: number): void;
  /** One line of what went over the wire. */
  traced(direction: Direction, text: string): void;
}

export type Direction = "in" | "out" | "note";

/** What connections are made of: the browser's own and Socket.IO's client, given by the root. */
export interface Platform {
  /** The server's plain wire. */
  readonly endpoint: URL;
  readonly WebSocket: typeof WebSocket;
  readonly EventSource: typeof EventSource;
  readonly fetch: typeof fetch;
  readonly io: Library;
}

export type Connect = (ticket: Ticket, handler: ConnectionHandler) => Connection;

/** The rooms that every panel is in, over one connection. */
export const rooms = ["chat", "stocks"] as const;

/** Where to connect with this ticket. */
export function addressFor(endpoint: URL, ticket: Ticket): URL {
  const address = new URL(endpoint);
  for (const room of rooms) address.searchParams.append("room", room);
  if (ticket.session !== undefined) address.searchParams.set("session", ticket.session);
  const since = ticket.cursor ?? ticket.since;
  if (since !== undefined) address.searchParams.set("since", since);
  return address;
}

/** Path and query, as a request line has them. */
export function requestTarget(address: URL): string {
  return address.pathname + address.search;
}
