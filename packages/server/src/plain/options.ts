/** Options of the plain wire: declared, documented, defaulted and checked here, once. */

import type { Authenticate } from "../principal.ts";
import { longestTimer, wholeNumber } from "../whole-number.ts";
import { type CorsPolicy, type PlainCorsOptions, resolveCors } from "./cors.ts";

export interface RateOptions {
  /** Messages and requests per second that a session may send for long. @default 10_000 */
  readonly perSecond?: number;
  /** Messages and requests that it may send at once. @default 100_000 */
  readonly burst?: number;
}

export interface HeartbeatOptions {
  /** Milliseconds between heartbeats. @default 25_000 */
  readonly interval?: number;
  /** Milliseconds after a heartbeat until a WebSocket that stays silent is cut. @default 20_000 */
  readonly timeout?: number;
}

/** What the endpoint itself is told. What a client may join is `authorize`, which belongs to the rooms. */
export interface EndpointOptions {
  /** The one URL of the plain wire. @default "/anywire" */
  readonly path?: string;
  /** Who the client is. Without it all clients are anonymous. */
  readonly authenticate?: Authenticate;
  /** Origins that may connect besides the server's own. @default none */
  readonly cors?: PlainCorsOptions;
  /** Longest message or body from a client, in bytes. @default 1_048_576 */
  readonly maxMessageBytes?: number;
  readonly heartbeat?: HeartbeatOptions;
  /** Milliseconds that an EventSource waits before it comes back. @default 3_000 */
  readonly retry?: number;
  /** Milliseconds that a session lives without a poll. @default 60_000 */
  readonly pollSessionTimeout?: number;
  /** Milliseconds that a poll is held when nothing happens and it does not say (`wait=`). @default 25_000 */
  readonly pollWait?: number;
  /** The most that a client may ask for by `wait=`, in milliseconds. @default 60_000 */
  readonly maxPollWait?: number;
  /** Events queued for one poll session; more end it. @default 10_000 */
  readonly maxQueuedEvents?: number;
  /** Bytes that may wait for one client; a slower one is closed with 1013. @default 16_777_216 */
  readonly maxBufferedBytes?: number;
  /** Milliseconds that any byte may wait for one client. A poll's may wait at least `pollSessionTimeout`. @default 30_000 */
  readonly maxBufferedAge?: number;
  /** What one session may send; more is refused with 429, or closed with 1008. */
  readonly rate?: RateOptions;
  /** Rooms that one request may ask for (`room=`). @default 100 */
  readonly maxRooms?: number;
  /** Milliseconds in which the body of a POST has to arrive. @default 10_000 */
  readonly bodyTimeout?: number;
  /** Milliseconds that a POST is held for its ack; then it is answered with the error `timeout`. @default 60_000 */
  readonly answerTimeout?: number;
}

/** Option `plain` of the server. */
export interface PlainOptions<Authorize = unknown> extends EndpointOptions {
  /** Which rooms a client may join, and whose past it may hear. Without it every `room=` is refused. */
  readonly authorize?: Authorize;
}

export interface ResolvedPlainOptions {
  readonly path: string;
  readonly authenticate: Authenticate | undefined;
  readonly cors: CorsPolicy;
  readonly maxMessageBytes: number;
  readonly heartbeat: Required<HeartbeatOptions>;
  readonly retry: number;
  readonly pollSessionTimeout: number;
  readonly pollWait: number;
  readonly maxPollWait: number;
  readonly maxQueuedEvents: number;
  readonly maxBufferedBytes: number;
  readonly maxBufferedAge: number;
  readonly rate: Required<RateOptions>;
  readonly maxRooms: number;
  readonly bodyTimeout: number;
  readonly answerTimeout: number;
}

type Time =
  | "retry"
  | "pollSessionTimeout"
  | "pollWait"
  | "maxPollWait"
  | "maxBufferedAge"
  | "bodyTimeout"
  | "answerTimeout";
type Amount = "maxMessageBytes" | "maxQueuedEvents" | "maxBufferedBytes" | "maxRooms";

const times: Readonly<Record<Time, number>> = {
  retry: 3_000,
  pollSessionTimeout: 60_000,
  pollWait: 25_000,
  maxPollWait: 60_000,
  maxBufferedAge: 30_000,
  bodyTimeout: 10_000,
  answerTimeout: 60_000,
};

const amounts: Readonly<Record<Amount, number>> = {
  maxMessageBytes: 1024 * 1024,
  maxQueuedEvents: 10_000,
  maxBufferedBytes: 16 * 1024 * 1024,
  maxRooms: 100,
};

/** @throws {TypeError} for an option that cannot be obeyed */
export function resolvePlainOptions(options: EndpointOptions = {}): ResolvedPlainOptions {
  const { heartbeat, rate } = options;
  return {
    ...resolveEach(options, times, longestTimer),
    ...resolveEach(options, amounts, Number.MAX_SAFE_INTEGER),
    path: resolvePath(options.path ?? "/anywire"),
    authenticate: resolveAuthenticate(options.authenticate),
    cors: resolveCors(options.cors),
    heartbeat: {
      interval: wholeNumber("plain.heartbeat.interval", heartbeat?.interval ?? 25_000, longestTimer),
      timeout: wholeNumber("plain.heartbeat.timeout", heartbeat?.timeout ?? 20_000, longestTimer),
    },
    rate: {
      perSecond: wholeNumber("plain.rate.perSecond", rate?.perSecond ?? 10_000),
      burst: wholeNumber("plain.rate.burst", rate?.burst ?? 100_000),
    },
  };
}

function resolveEach<Name extends Time | Amount>(
  options: EndpointOptions,
  defaults: Readonly<Record<Name, number>>,
  max: number,
): Readonly<Record<Name, number>> {
  const resolved: Record<Name, number> = { ...defaults };
  for (const name in defaults) {
    if (!Object.hasOwn(defaults, name)) continue; // a program may have added to Object.prototype
    resolved[name] = wholeNumber(`plain.${name}`, options[name] ?? defaults[name], max);
  }
  return resolved;
}

function resolvePath(path: string): string {
  if (/^\/[^?#\s]*$/.test(path)) return path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
  throw new TypeError(`plain.path must begin with "/" and hold no "?", "#" or white space, not ${String(path)}`);
}

function resolveAuthenticate(authenticate: Authenticate | undefined): Authenticate | undefined {
  if (authenticate === undefined || typeof authenticate === "function") return authenticate;
  throw new TypeError("plain.authenticate must be a function");
}
