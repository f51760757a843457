/** What tabs need of the browser, and what they say to each other (port): BroadcastChannel and Web Locks, or a test's own. */

import type { SessionFace } from "../engine/session-face.ts";
import type { RawData } from "../engine/transport.ts";

/** As of BroadcastChannel: what is posted reaches all others of the same name, in order. */
export interface Channel {
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
  close(): void;
}

/** As of LockManager. */
export interface Locks {
  /**
   * Calls `held` when nobody else has the lock any more, and keeps it until the promise settles, or the tab is gone.
   * @param signal ends the waiting
   */
  request(name: string, signal: AbortSignal, held: () => Promise<void> | void): Promise<unknown>;
}

/** One tab's browser. */
export interface TabHost {
  readonly locks: Locks;
  openChannel(name: string): Channel;
  /** @returns a name that no other tab has */
  createName(): string;
  /** `pagehide` and `pageshow`; never called in workers. */
  onPage(type: "pagehide" | "pageshow", listener: (event: { readonly persisted?: boolean }) => void): void;
}

/** Opens the one connection. */
export type OpenSession = () => SessionFace;

/** Why there is no connection, as the leader knows it. */
export interface Ending {
  readonly reason: string;
  readonly description?: unknown;
  readonly retryAfter: number | undefined;
}

/** To all tabs: who leads. A tab that does not know asks. */
export type Announcement = { readonly kind: "where" } | { readonly kind: "leader"; readonly id: string };

/** From a tab to the leader. */
export type Upward = { readonly tab: string } & (
  | { readonly kind: "hello" }
  | { readonly kind: "data"; readonly data: readonly Outgoing[] }
  /** So many bytes have come. */
  | { readonly kind: "got"; readonly bytes: number }
  | { readonly kind: "bye" }
);

/** From the leader to one tab. */
export type Downward =
  | { readonly kind: "open"; readonly id: string; readonly transport: string }
  /** One packet: a text, and its attachments. */
  | { readonly kind: "data"; readonly data: readonly RawData[] }
  /** What was sent has left. */
  | { readonly kind: "taken" }
  | { readonly kind: "ping" }
  | ({ readonly kind: "error" | "close" } & Ending)
  /** The server does not know tabs. */
  | { readonly kind: "alone" };

/** Data that waits to be sent. */
export interface Outgoing {
  readonly data: RawData;
  readonly compress: boolean;
}

/** Approximate: of a text, its length in UTF-16 units. */
export function sizeOf(data: readonly RawData[]): number {
  let size = 0;
  for (const part of data)
    size += typeof part === "string" ? part.length : "byteLength" in part ? part.byteLength : part.size;
  return size;
}

/** Names of channels and locks say whose they are, and which version of this file wrote what comes: it is trusted. */
export function listen<Message extends { readonly kind: string }>(
  channel: Channel,
  heard: (message: Message) => void,
): void {
  channel.addEventListener("message", ({ data }) => {
    if (typeof data === "object" && data !== null && "kind" in data) heard(data as Message);
  });
}
