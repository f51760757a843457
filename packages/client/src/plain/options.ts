/** What a program may say about a connection of the plain wire. */

import type { PlainTransport } from "./link.ts";

export interface PlainOptions {
  /** Rooms to ask for; the server's `authorize` grants them. */
  readonly rooms?: readonly string[] | undefined;
  /** The id of the last event that the program has, from another connection or another day. */
  readonly since?: string | undefined;
  /** Asked before each try who the client is, so that a token that has expired is not shown again. */
  readonly token?: (() => string | undefined | Promise<string | undefined>) | undefined;
  /** Closes it. */
  readonly signal?: AbortSignal | undefined;
  /** What may carry it, best first: after each try that fails it is the next one's turn. @default [WebSocket, EventSource] */
  readonly transports?: readonly (PlainTransport | undefined)[] | undefined;
  /** Milliseconds before the first try to come back, half of it more or less; up to five times as many before later ones. @default 1_000 */
  readonly reconnectionDelay?: number | undefined;
}
