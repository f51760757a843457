/** `@anywire/client/plain`: a small client of the plain wire that comes back by itself, and goes on where it was. */

import type { DefaultEventsMap, EventsMap } from "@anywire/protocol/emitter";
import type { PlainOptions } from "./plain/options.ts";
import { PlainSocket } from "./plain/plain-socket.ts";

export type { Link, LinkOptions, PlainTransport } from "./plain/link.ts";
export type { EventSourceLike, PlainOptions, StreamedEvent, WebSocketLike } from "./plain/options.ts";
export type { CodedError, PlainReservedEvents, PlainSocket } from "./plain/plain-socket.ts";
export { webSocket } from "./plain/websocket-link.ts";

/**
 * @param url `http:` or `https:`, of the plain wire: `https://example.com/anywire`, or of a namespace behind it
 * @throws {TypeError} for what is no URL
 */
export function connect<Listen extends EventsMap = DefaultEventsMap, Emit extends EventsMap = Listen>(
  url: string | URL,
  options?: PlainOptions,
): PlainSocket<Listen, Emit> {
  return new PlainSocket(url, options);
}
