/** What the constructor of an event source is given, resolved and validated once. */

import { must } from "./protocol/errors.ts";
import { isFieldValue } from "./protocol/event-encoder.ts";
import { defaultMaxBufferSize } from "./protocol/event-parser.ts";
import { isToken } from "./protocol/header-field.ts";
import type { BackoffPolicy, ReconnectionPolicy } from "./protocol/reconnection.ts";
import type { CookieJar } from "./web/cookie-jar.ts";
import type { RequestHeaders } from "./web/event-request.ts";
import type { FetchLike } from "./web/fetch-like.ts";

/** A value, or a function that is called for each attempt: tokens run out while a source waits. */
export type PerAttempt<Value> = Value | (() => Value | Promise<Value>);

export interface EventSourceInit {
  /**
   * Whether cookies are sent to other origins, as the standard has it.
   * @default false
   */
  withCredentials?: boolean | undefined;
  /**
   * Used in place of the platform's; it follows redirects by itself.
   * @default globalThis.fetch
   */
  fetch?: FetchLike | undefined;
  /**
   * Characters kept of a line and an event that have not come whole; over it, the source fails for good.
   * @default 104_857_600
   */
  maxBufferSize?: number | undefined;
  /**
   * Headers of the request, or a function that gives them for each attempt. Outside of browsers, and without a `fetch` of the
   * program's, they never reach another origin by a redirect; elsewhere it is for `fetch` to see to that.
   */
  headers?: PerAttempt<RequestHeaders> | undefined;
  /**
   * Method of the request.
   * @default "GET", or "POST" where there is a body
   */
  method?: string | undefined;
  /** Body of the request, or a function that gives it for each attempt. A stream can be sent once only. */
  body?: PerAttempt<RequestBody> | undefined;
  /** Closes the source when it is aborted. */
  signal?: AbortSignal | undefined;
  /**
   * The id to begin after, as if the source had had it before.
   * @default ""
   */
  lastEventId?: string | undefined;
  /** Name of a parameter of the query that carries the last id, in place of the header `Last-Event-ID`. */
  lastEventIdQueryParameterName?: string | undefined;
  /**
   * Milliseconds without a byte, or without an answer, after which the connection is given up and made anew; 0 for ever.
   * @default 0
   */
  heartbeatTimeout?: number | undefined;
  /**
   * How the waits grow while one attempt after another fails; false to wait equally long each time.
   * @default { factor: 2, maxDelay: 30_000, jitter: 0.5 }
   */
  backoff?: Partial<BackoffPolicy> | false | undefined;
  /**
   * Statuses after which the source comes back, as their `Retry-After` says, although the standard gives up; true for 408,
   * 425, 429, 500, 502, 503 and 504.
   * @default []
   */
  retryStatuses?: readonly number[] | true | undefined;
  /**
   * How often the source comes back without a stream that opens. With 0, the end of the stream is the end of the source, and
   * `for await` just ends: for answers to a POST, say, which should not be asked for again.
   * @default Infinity
   */
  maxRetries?: number | undefined;
  /** Where cookies come from and go to, outside of browsers; tough-cookie's will do. */
  cookieJar?: CookieJar | undefined;
}

/** What `fetch` takes as a body. */
export type RequestBody = NonNullable<RequestInit["body"]>;

export interface ResolvedInit {
  readonly withCredentials: boolean;
  readonly fetch: FetchLike | undefined;
  readonly maxBufferSize: number;
  readonly headers: PerAttempt<RequestHeaders>;
  readonly method: string;
  readonly body: PerAttempt<RequestBody> | undefined;
  readonly signal: AbortSignal | undefined;
  readonly lastEventId: string;
  readonly lastEventIdQueryParameterName: string | undefined;
  /** 0 is for ever. */
  readonly heartbeatTimeout: number;
  readonly reconnection: ReconnectionPolicy;
  readonly cookieJar: CookieJar | undefined;
}

/** Answers that say of themselves that they may be others later: RFC 9110 §15.5.9, §15.6; RFC 8470 §5.2; RFC 6585 §4. */
const passing: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/** Longest time that a timer takes. */
const longestTimer = 2 ** 31 - 1;

/** Longest wait that a server's `Retry-After` can impose: an hour. */
const maxRetryAfter = 3_600_000;

/**
 * @throws {EventStreamError} bad-fetch, bad-signal, bad-method, bad-header, bad-body, bad-buffer-size, bad-heartbeat-timeout, bad-id,
 * bad-backoff, bad-max-retries
 */
export function resolveInit(init: EventSourceInit): ResolvedInit {
  const { body, headers = {}, maxBufferSize = defaultMaxBufferSize, heartbeatTimeout = 0 } = init;
  const { method = body === undefined ? "GET" : "POST", lastEventId = "" } = init;
  must(isNone(init.fetch) || typeof init.fetch === "function", "bad-fetch");
  must(isNone(init.signal) || isSignal(init.signal), "bad-signal");
  must(isToken(method) && !/^(?:connect|trace|track)$/i.test(method), "bad-method"); // Fetch §5.4
  must(typeof headers === "object" ? headers !== null : typeof headers === "function", "bad-header");
  must(body === undefined || !/^(?:get|head)$/i.test(method), "bad-body"); // Fetch §5.4
  must(maxBufferSize >= 0, "bad-buffer-size");
  must(heartbeatTimeout >= 0 && heartbeatTimeout <= longestTimer, "bad-heartbeat-timeout");
  must(isFieldValue(lastEventId), "bad-id");
  return {
    withCredentials: Boolean(init.withCredentials),
    fetch: init.fetch ?? undefined,
    maxBufferSize,
    headers,
    method,
    body,
    signal: init.signal ?? undefined,
    lastEventId,
    lastEventIdQueryParameterName: init.lastEventIdQueryParameterName,
    heartbeatTimeout,
    reconnection: resolveReconnection(init),
    cookieJar: init.cookieJar,
  };
}

function isNone(value: unknown): boolean {
  return value === undefined || value === null;
}

/** Of whatever realm, and of polyfills. */
function isSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;
}

function resolveReconnection({ backoff = {}, retryStatuses = [], maxRetries }: EventSourceInit): ReconnectionPolicy {
  const retries = maxRetries ?? Number.POSITIVE_INFINITY;
  must(retries >= 0, "bad-max-retries");
  return {
    backoff: backoff === false ? undefined : resolveBackoff(backoff),
    statuses: new Set(retryStatuses === true ? passing : retryStatuses),
    maxRetries: retries,
    maxRetryAfter,
  };
}

function resolveBackoff(backoff: Partial<BackoffPolicy>): BackoffPolicy {
  must(typeof backoff === "object" && backoff !== null, "bad-backoff");
  const { factor = 2, maxDelay = 30_000, jitter = 0.5 } = backoff;
  must(factor >= 1 && Number.isFinite(factor), "bad-backoff");
  must(maxDelay >= 0 && maxDelay <= longestTimer, "bad-backoff");
  must(jitter >= 0 && jitter <= 1, "bad-backoff");
  return { factor, maxDelay, jitter };
}
