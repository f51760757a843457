/** What a program may say about a connection of the plain wire. */

import type { Anything } from "@anywire/protocol/emitter";
import type { PlainTransport } from "./link.ts";

/** The part of the standard's class that is used: a browser's, that of `@anywire/websocket`, that of `ws`. */
export interface WebSocketLike {
  binaryType: string;
  /** Each has types of events of its own. */
  onmessage: Anything;
  onclose: Anything;
  onerror: Anything;
  send(text: string): void;
  close(): void;
}

/** The same of an EventSource: a browser's, that of `@anywire/eventsource`, that of `eventsource`. */
export interface EventSourceLike {
  readonly readyState: number;
  onerror: Anything;
  addEventListener(name: string, listener: (event: StreamedEvent) => unknown): void;
  close(): void;
}

/** An event of a stream. The stream's own `open` and `error` have no data. */
export interface StreamedEvent {
  readonly type: string;
  readonly data?: string;
  readonly lastEventId?: string;
}

export interface PlainOptions {
  /** What may carry it, best first: each time that one cannot be opened the next is tried. @default [webSocket] */
  readonly transports?: readonly [PlainTransport, ...PlainTransport[]];
  /** Rooms to ask for; the server's `authorize` grants them. */
  readonly rooms?: readonly string[];
  /** Who the client is; a function is asked before each try, so that a token that has expired is not shown again. */
  readonly token?: string | (() => string | Promise<string>);
  /** The id of the last event that the program has, from another connection or another day. */
  readonly since?: string;
  /** Milliseconds before the first try to come back; twice as long before each further one. @default 1_000 */
  readonly reconnectionDelay?: number;
  /** Milliseconds, at most. @default 5_000 */
  readonly reconnectionDelayMax?: number;
  /** Part of the delay that chance may add or take away. @default 0.5 */
  readonly randomizationFactor?: number;
  /** Milliseconds that a try may take. @default 20_000 */
  readonly timeout?: number;
  /** Emits that wait: for the connection, or for their answer. More are refused with `queue-full`. @default 500 */
  readonly maxBuffered?: number;
  /** Closes it. */
  readonly signal?: AbortSignal;
  /** @default the platform's own; Node.js 20 has none */
  readonly WebSocket?: new (
    url: string,
    protocols: string[],
  ) => WebSocketLike;
  /** @default the platform's own; Node.js has none */
  readonly EventSource?: new (
    url: string,
  ) => EventSourceLike;
}
