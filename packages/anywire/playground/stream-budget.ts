/** How many HTTP streams and polls the page may hold: browsers open six HTTP/1.1 connections to a site, and POSTs need some. */

import type { Kind } from "./wires/connection.ts";

/** Held streams and polls at most. */
export const streamLimit = 4;
/** Panels at most. */
export const panelLimit = 8;

/** Whether a client of this kind keeps an HTTP request open. A WebSocket has a connection of its own, and is what Socket.IO takes. */
export function holdsStream(kind: Kind): boolean {
  return kind === "eventsource" || kind === "poll";
}

export function streamsOf(kinds: readonly Kind[]): number {
  return kinds.filter(holdsStream).length;
}

/** What is held of the streams. */
export interface Held {
  /** Of the panels of this page. */
  readonly kinds: readonly Kind[];
  /** Streams of other tabs. */
  readonly others: number;
}

function isFull({ kinds, others }: Held): boolean {
  return streamsOf(kinds) + others >= streamLimit;
}

/** Whether one more panel may be of this kind. */
export function mayAdd(held: Held, kind: Kind): boolean {
  return held.kinds.length < panelLimit && (!holdsStream(kind) || !isFull(held));
}

/** Whether a panel that is `from` may become `to`. */
export function mayBecome(held: Held, from: Kind, to: Kind): boolean {
  return !holdsStream(to) || holdsStream(from) || !isFull(held);
}

/** What the visitor is told about the limit. */
export function describeBudget(held: Held): string {
  const { kinds, others } = held;
  const elsewhere = others > 0 ? `, ${others} by other tabs` : "";
  if (isFull(held)) {
    const advice = others > 0 ? " Close a panel or a tab to free one." : "";
    return `All ${streamLimit} streams are held${elsewhere}.${advice} Browsers open six HTTP/1.1 connections to a site: the rest stays free so that a POST never waits. WebSockets do not count.`;
  }
  if (kinds.length >= panelLimit) return `${panelLimit} panels are the most that this page shows.`;
  return `${streamsOf(kinds) + others} of ${streamLimit} HTTP streams held${elsewhere}. WebSockets do not count.`;
}
