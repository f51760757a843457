/** Options of the server: declared, documented, defaulted and checked here, once. */

import type { Authorize } from "./authorization.ts";
import type { History } from "./history.ts";
import type { HistoryLimits } from "./memory-history.ts";
import { type PlainOptions, type ResolvedPlainOptions, resolvePlainOptions } from "./plain/options.ts";
import { longestTimer, wholeNumber } from "./whole-number.ts";

export interface ServerOptions {
  /** The plain wire, for clients without a library. Off until given. */
  readonly plain?: PlainOptions<Authorize>;
  /**
   * What is kept for clients that come back: nothing (`false`), a window in memory, or a log of your own.
   * @default false
   */
  readonly history?: false | Partial<HistoryLimits> | History;
  /** Milliseconds that a handler has to answer an event that wants an ack. @default 30_000 */
  readonly ackTimeout?: number;
  /** Milliseconds that a resume waits for async `connection` handlers before it replays. @default 5_000 */
  readonly connectionHandlerTimeout?: number;
  /** Sockets connected at once; more are refused with 503. @default 100_000 */
  readonly maxSockets?: number;
}

export interface ResolvedServerOptions {
  readonly plain: (ResolvedPlainOptions & { readonly authorize: Authorize | undefined }) | undefined;
  readonly history: false | HistoryLimits | History;
  readonly ackTimeout: number;
  readonly connectionHandlerTimeout: number;
  readonly maxSockets: number;
}

/** The window of `history: {}`. */
export const defaultHistoryLimits: HistoryLimits = { events: 10_000, bytes: 16 * 1024 * 1024, age: 120_000 };

/** @throws {TypeError} for an option that cannot be obeyed */
export function resolveServerOptions(options: ServerOptions): ResolvedServerOptions {
  return {
    plain: options.plain === undefined ? undefined : resolvePlain(options.plain),
    history: resolveHistory(options.history ?? false),
    ackTimeout: wholeNumber("ackTimeout", options.ackTimeout ?? 30_000, longestTimer),
    connectionHandlerTimeout: wholeNumber(
      "connectionHandlerTimeout",
      options.connectionHandlerTimeout ?? 5_000,
      longestTimer,
    ),
    maxSockets: wholeNumber("maxSockets", options.maxSockets ?? 100_000),
  };
}

function resolvePlain(plain: PlainOptions<Authorize>): NonNullable<ResolvedServerOptions["plain"]> {
  if (!isObject(plain)) throw new TypeError("plain must be an object of options");
  const { authorize } = plain;
  if (authorize !== undefined && typeof authorize !== "function")
    throw new TypeError("plain.authorize must be a function");
  return { ...resolvePlainOptions(plain), authorize };
}

function resolveHistory(history: false | Partial<HistoryLimits> | History): false | HistoryLimits | History {
  if (history === false) return false;
  if (!isObject(history)) throw new TypeError("history must be false, an object of limits, or a log");
  if ("append" in history) return history;
  const limits = { ...defaultHistoryLimits, ...history };
  return {
    events: wholeNumber("history.events", limits.events),
    bytes: wholeNumber("history.bytes", limits.bytes),
    age: wholeNumber("history.age", limits.age, longestTimer),
  };
}

/** JavaScript callers have no compiler. */
function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
