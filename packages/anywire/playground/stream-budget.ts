/** How many HTTP streams and polls the page may hold: browsers open six HTTP/1.1 connections to a site, and POSTs need some. */

import type { Kind } from "./wires/connection.ts";

/** Held streams and polls at most. */
export const streamLimit = 4;
/** Panels at most. */
export const panelLimit = 6;

/** Whether a client of this kind keeps an HTTP request open. A WebSocket has a connection of its own. */
export function holdsStream(kind: Kind): boolean {
  return kind !== "websocket";
}

export function streamsOf(kinds: readonly Kind[]): number {
  return kinds.filter(holdsStream).length;
}

/** Whether one more panel may be of this kind. */
export function mayAdd(kinds: readonly Kind[], kind: Kind): boolean {
  return kinds.length < panelLimit && (!holdsStream(kind) || streamsOf(kinds) < streamLimit);
}

/** Whether a panel that is `from` may become `to`. */
export function mayBecome(kinds: readonly Kind[], from: Kind, to: Kind): boolean {
  return !holdsStream(to) || holdsStream(from) || streamsOf(kinds) < streamLimit;
}

/** What the visitor is told about the limit. */
export function describeBudget(kinds: readonly Kind[]): string {
  const used = streamsOf(kinds);
  if (used >= streamLimit) {
    return `All ${streamLimit} streams are held. Browsers open six HTTP/1.1 connections to a site: the rest stays free so that a POST never waits. WebSockets do not count.`;
  }
  if (kinds.length >= panelLimit) return `${panelLimit} panels are the most that this page shows.`;
  return `${used} of ${streamLimit} HTTP streams held. WebSockets do not count.`;
}
