/** The History port (delivery: "History"): an append-only log that gives each event its id, and reads after an id. */

import type { UnrecoveredReason } from "./link.ts";

/** An event as the log keeps it. */
export interface LogEntry {
  readonly name: string;
  readonly args: readonly unknown[];
  /** Who heard it: members of any of these rooms; none means everyone. */
  readonly rooms: readonly string[];
  /** Who did not: members of any of these. */
  readonly except: readonly string[];
}

export interface LoggedEvent extends LogEntry {
  readonly id: string;
}

/** A stay in a room: it hears what was logged after `after` (undefined: from the log's beginning) up to `until`, inclusive (undefined: still there). */
export interface Stay {
  readonly room: string;
  readonly after: string | undefined;
  readonly until: string | undefined;
}

/** Why a log cannot tell all that came after an id. */
export type GapReason = Extract<UnrecoveredReason, "window-exceeded" | "epoch-changed" | "node-lost">;

/** What a reader hears. `upTo` is the id up to which the log was read: the next read goes on from there. */
export type ReadResult =
  | { readonly events: readonly LoggedEvent[]; readonly upTo: string }
  | { readonly gap: GapReason };

export interface Reader {
  readonly stays: readonly Stay[];
  /** Most events in one answer. */
  readonly limit: number;
}

export interface History {
  /** Id of the newest event; of the beginning while there is none. */
  readonly position: string;
  /** Milliseconds that a session is kept for its client to come back. */
  readonly sessionAge: number;
  /** @returns one id for each entry, ascending, in their order */
  append(batch: readonly LogEntry[]): readonly string[] | Promise<readonly string[]>;
  /** What a reader who was in `stays` heard after the id `after`, in the log's order. */
  read(after: string, reader: Reader): ReadResult | Promise<ReadResult>;
  /** Negative if `a` came before `b`. Both must be ids of this log. */
  compare(a: string, b: string): number;
  close(): void | Promise<void>;
}
