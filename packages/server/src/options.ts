/** Options of the server: declared, documented, defaulted and checked here, once. */

import type { Authorize } from "./authorization.ts";
import type { History } from "./history.ts";
import type { HistoryLimits } from "./memory-history.ts";
import { type PlainOptions, type ResolvedPlainOptions, resolvePlainOptions } from "./plain/options.ts";

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

/** @throws {TypeError} for a value that is not a positive number */
export function resolveServerOptions(options: ServerOptions): ResolvedServerOptions {
  return {
    plain:
      options.plain === undefined
        ? undefined
        : { ...resolvePlainOptions(options.plain), authorize: options.plain.authorize },
    history: resolveHistory(options.history ?? false),
    ackTimeout: positive("ackTimeout", options.ackTimeout ?? 30_000),
    connectionHandlerTimeout: positive("connectionHandlerTimeout", options.connectionHandlerTimeout ?? 5_000),
    maxSockets: positive("maxSockets", options.maxSockets ?? 100_000),
  };
}

function resolveHistory(history: false | Partial<HistoryLimits> | History): false | HistoryLimits | History {
  if (history === false || "append" in history) return history;
  const limits = { ...defaultHistoryLimits, ...history };
  return {
    events: positive("history.events", limits.events),
    bytes: positive("history.bytes", limits.bytes),
    age: positive("history.age", limits.age),
  };
}

function positive(name: string, value: number): number {
  if (!(Number.isFinite(value) && value > 0))
    throw new TypeError(`${name} must be a positive number, not ${String(value)}`);
  return value;
}
