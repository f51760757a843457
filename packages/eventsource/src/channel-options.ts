/** The options of a channel, resolved and validated. */

import type { ConflationLimits } from "./protocol/conflation.ts";
import { must, mustBeOptions } from "./protocol/errors.ts";
import type { HistoryLimits } from "./protocol/history.ts";

export interface ChannelOptions<State = undefined> {
  /**
   * What is kept for clients that come back: false for nothing, true for the defaults, or limits of one's own.
   * @default false
   */
  readonly history?: boolean | HistoryOptions | undefined;
  /**
   * What is done for a session whose client does not keep up: `close` sends all the same until the session's own budget cuts
   * it, `conflate` keeps the newest event of each key for it until it has caught up.
   * @default "close"
   */
  readonly slow?: "close" | "conflate" | undefined;
  /**
   * How many events wait conflated for one session, which is how many keys; it is cut when there are more.
   * @default 1_000
   */
  readonly maxConflatedEvents?: number | undefined;
  /**
   * How many bytes wait conflated for one session; it is cut when there are more.
   * @default 1_048_576
   */
  readonly maxConflatedBytes?: number | undefined;
  /** The program's own, found as `channel.state`. */
  readonly state?: State | undefined;
}

export interface HistoryOptions {
  /**
   * How many events are kept.
   * @default 10_000
   */
  readonly events?: number | undefined;
  /**
   * How many bytes they have together.
   * @default 16_777_216
   */
  readonly bytes?: number | undefined;
  /**
   * Milliseconds after which an event is sent to nobody who comes back. It is held for twice that time, if `events` and `bytes`
   * allow it, for those who came in time and are still reading.
   * @default 120_000
   */
  readonly age?: number | undefined;
}

export interface ResolvedChannelOptions<State = undefined> {
  readonly history: HistoryLimits | undefined;
  /** Undefined: the session's budget alone decides. */
  readonly conflation: ConflationLimits | undefined;
  readonly state: State;
}

/** @throws {EventStreamError} bad-options, bad-history, bad-slow, bad-conflation */
export function resolveChannelOptions<State>(options: ChannelOptions<State>): ResolvedChannelOptions<State> {
  mustBeOptions(options);
  const { history = false, slow = "close" } = options;
  must(typeof history === "boolean" || (typeof history === "object" && history !== null), "bad-history");
  must(slow === "close" || slow === "conflate", "bad-slow");
  const conflation = resolveConflation(options.maxConflatedEvents, options.maxConflatedBytes);
  return {
    history: history === false ? undefined : resolveHistory(history === true ? {} : history),
    conflation: slow === "conflate" ? conflation : undefined,
    state: options.state as State, // a program that names a type without giving one sets it later
  };
}

function resolveHistory({ events = 10_000, bytes = 0x100_0000, age = 120_000 }: HistoryOptions): HistoryLimits {
  must(isLimit(events) && isLimit(bytes) && isLimit(age), "bad-history");
  return { events, bytes, age };
}

function resolveConflation(events = 1_000, bytes = 0x10_0000): ConflationLimits {
  must(isLimit(events) && isLimit(bytes), "bad-conflation");
  return { events, bytes };
}

function isLimit(limit: number): boolean {
  return Number.isSafeInteger(limit) && limit >= 1;
}
