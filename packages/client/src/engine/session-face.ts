/** A session as the Socket.IO level uses it (port): a connection of its own, or a part of one that several tabs share. */

import type { Anything } from "@anywire/protocol/emitter";
import type { RawData } from "./transport.ts";

/** `open`, `data` (data), `message` (the same), `ping`, `error` (error), `close` (reason, description). */
export type SessionEvent = "open" | "data" | "message" | "ping" | "error" | "close";

export interface SessionFace {
  readonly id?: string | null | undefined;
  readonly readyState: "opening" | "open" | "closing" | "closed";
  readonly transport: { readonly name: string; readonly writable: boolean };
  /** The server is ours. */
  readonly isOurs: boolean;
  /** Milliseconds after which to come back, if that is known better than by a delay of the client's own. */
  readonly retryAfter: number | undefined;
  on(event: SessionEvent, listener: (...args: Anything[]) => void): unknown;
  off(event: SessionEvent, listener: (...args: Anything[]) => void): unknown;
  write(data: RawData, options?: { readonly compress?: boolean | undefined }, callback?: () => void): unknown;
  close(): unknown;
  /** @internal */
  _hasPingExpired(): boolean;
}
