/** The options of a session, resolved and validated. */

import { must, mustBeOptions } from "./protocol/errors.ts";
import { isRetry } from "./protocol/event-encoder.ts";
import { type GivenHeaders, resolveStreamHeaders, type StreamHeaders } from "./protocol/stream-headers.ts";

export interface SessionOptions<State = undefined> {
  /**
   * HTTP status. An EventSource takes no other than 200.
   * @default 200
   */
  readonly status?: number | undefined;
  /**
   * Further headers of the response: a record, or what has pairs, as a `Headers`. One that the stream has anyway replaces it;
   * a length is left out.
   */
  readonly headers?: GivenHeaders | undefined;
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
  /**
   * Bytes that may wait for a client that does not keep up: when more waits and the next event is sent, the stream is cut
   * (`close` says `slow`). What is sent at once to a client that has nothing waiting may be longer. False for no limit.
   * @default 1_048_576
   */
  readonly maxBufferedBytes?: number | false | undefined;
  /**
   * Milliseconds that any byte may wait for such a client, then the stream is cut; one that reads a trickle does not gain
   * time. It is looked at eight times in that time. False for no limit.
   * @default 30_000
   */
  readonly maxBufferedAge?: number | false | undefined;
  /** The program's own: `session.state`. */
  readonly state?: State | undefined;
}

/** No limit is Infinity. */
export interface ResolvedSessionOptions<State = undefined> {
  readonly status: number;
  /** All that the response has. */
  readonly headers: StreamHeaders;
  readonly heartbeat: number | false;
  readonly retry: number | false;
  readonly maxBufferedBytes: number;
  readonly maxBufferedAge: number;
  readonly state: State;
}

/** Longest time that a timer takes. */
const longestTimer = 2 ** 31 - 1;

/** Of those that may come with a stream: their responses have no body (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const bodiless: readonly number[] = [204, 205, 304];

/** @throws {EventStreamError} bad-options, bad-status, bad-header, bad-heartbeat, bad-retry, bad-buffered-bytes, bad-buffered-age */
export function resolveSessionOptions<State = undefined>(
  options: SessionOptions<State>,
): ResolvedSessionOptions<State> {
  mustBeOptions(options);
  mustBeOptions(options.headers ?? {});
  const { status = 200, headers = {}, heartbeat = 25_000, retry = 3_000 } = options;
  const { maxBufferedBytes = 1_048_576, maxBufferedAge = 30_000 } = options;
  must(isStatus(status), "bad-status");
  must(heartbeat === false || isInterval(heartbeat), "bad-heartbeat");
  must(retry === false || isRetry(retry), "bad-retry");
  must(maxBufferedBytes === false || isSize(maxBufferedBytes), "bad-buffered-bytes");
  must(maxBufferedAge === false || isInterval(maxBufferedAge), "bad-buffered-age");
  return {
    status,
    headers: resolveStreamHeaders(headers),
    heartbeat,
    retry,
    maxBufferedBytes: maxBufferedBytes === false ? Number.POSITIVE_INFINITY : maxBufferedBytes,
    maxBufferedAge: maxBufferedAge === false ? Number.POSITIVE_INFINITY : maxBufferedAge,
    state: options.state as State, // a program that names a type without giving one sets it later
  };
}

function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599 && !bodiless.includes(status);
}

function isInterval(milliseconds: number): boolean {
  return Number.isInteger(milliseconds) && milliseconds >= 1 && milliseconds <= longestTimer;
}

function isSize(bytes: number): boolean {
  return Number.isSafeInteger(bytes) && bytes >= 1;
}
