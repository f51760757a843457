/** The options of a session, resolved and validated. */

import { must } from "./protocol/errors.ts";
import { isRetry } from "./protocol/event-encoder.ts";

export interface SessionOptions {
  /**
   * HTTP status. An EventSource takes no other than 200.
   * @default 200
   */
  readonly status?: number | undefined;
  /** Further headers of the response. One that the stream has anyway replaces it. */
  readonly headers?: Readonly<Record<string, string | number | readonly string[]>> | undefined;
  /**
   * Milliseconds between comments that keep the connection alive; false for none.
   * @default 25_000
   */
  readonly heartbeat?: number | false | undefined;
  /**
   * Milliseconds after which the client is to come back when the stream has ended, said at once; false to say nothing.
   * @default 3_000
   */
  readonly retry?: number | false | undefined;
}

export interface ResolvedSessionOptions {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | readonly string[]>>;
  readonly heartbeat: number | false;
  readonly retry: number | false;
}

/** Longest time that a timer takes. */
const longestTimer = 2 ** 31 - 1;

/** Of those that may come with a stream: their responses have no body (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const bodiless: readonly number[] = [204, 205, 304];

/** @throws {EventStreamError} bad-status, bad-heartbeat, bad-retry */
export function resolveSessionOptions(options: SessionOptions): ResolvedSessionOptions {
  const { status = 200, headers = {}, heartbeat = 25_000, retry = 3_000 } = options;
  must(isStatus(status), "bad-status");
  must(heartbeat === false || isInterval(heartbeat), "bad-heartbeat");
  must(retry === false || isRetry(retry), "bad-retry");
  return { status, headers, heartbeat, retry };
}

function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599 && !bodiless.includes(status);
}

function isInterval(milliseconds: number): boolean {
  return Number.isInteger(milliseconds) && milliseconds >= 1 && milliseconds <= longestTimer;
}
