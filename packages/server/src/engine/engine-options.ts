/** Options of the Engine.IO server, those of engine.io 6.6 and our limits: declared, documented, defaulted and checked here, once. */

import type { IncomingMessage } from "node:http";
import { payloadLimits } from "@anywire/protocol/engine";
import type { PerMessageDeflateOptions } from "@anywire/websocket";
import { longestTimer, wholeNumber } from "../whole-number.ts";
import { type CookieOptions, formatCookie } from "./cookie.ts";
import type { CorsOptions, CorsOptionsDelegate } from "./engine-cors.ts";
import type { SessionStore } from "./session-store.ts";
import type { TransportName } from "./transport.ts";

/** Decides about a request that wants to open a session: calls back, once. */
export type AllowRequest = (
  request: IncomingMessage,
  decide: (error: string | null | undefined, success: boolean) => void,
) => void;

/** Names who sends a request; undefined for an anonymous client. */
export type Identify = (request: IncomingMessage) => Promise<string | undefined>;

export interface HttpCompressionOptions {
  /** Shorter answers are not compressed. @default 1_024 */
  readonly threshold?: number | undefined;
  /** Options of zlib. */
  readonly [option: string]: unknown;
}

export interface EngineOptions {
  /** Requests whose path begins so are for this server. @default "/engine.io" */
  path?: string | undefined;
  /** A slash is added to `path`. @default true */
  addTrailingSlash?: boolean | undefined;
  /** Milliseconds that a client has to answer a ping. @default 20_000 */
  pingTimeout?: number | undefined;
  /** Milliseconds from an answer to the next ping. @default 25_000 */
  pingInterval?: number | undefined;
  /** Milliseconds after which an upgrade that is not complete is given up. @default 10_000 */
  upgradeTimeout?: number | undefined;
  /** Bytes of the longest message, and of the longest body of a POST. @default 1_000_000 */
  maxHttpBufferSize?: number | undefined;
  /** Asked about each request that wants to open a session. @default all are allowed */
  allowRequest?: AllowRequest | undefined;
  /** @default ["polling", "websocket", "eventsource", "iframe"] */
  transports?: readonly TransportName[] | undefined;
  /** @default true */
  allowUpgrades?: boolean | undefined;
  /** Compression of WebSocket messages (RFC 7692), from `threshold` bytes on. @default false */
  perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  /** Compression of the answers to polls. @default { threshold: 1_024 } */
  httpCompression?: boolean | HttpCompressionOptions | undefined;
  /** Accepted for the sake of programs that give it, and ignored: WebSockets are ours. */
  wsEngine?: unknown;
  /** A message that follows the handshake at once. @default none */
  initialPacket?: string | Uint8Array | undefined;
  /** A cookie with the session's id, for balancers: true, or how. @default false */
  cookie?: boolean | CookieOptions | undefined;
  /** As of the package `cors`. @default false */
  cors?: CorsOptions | CorsOptionsDelegate | false | undefined;
  /** Clients of Socket.IO 2 may connect. @default false */
  allowEIO3?: boolean | undefined;
  /** Bytes that may wait for one client; more close its session. @default 16_777_216 */
  maxBufferedBytes?: number | undefined;
  /** Milliseconds that a byte may wait for one client; longer closes its session. @default 30_000 */
  maxBufferedAge?: number | undefined;
  /** Milliseconds in which the body of a POST has to arrive. @default 30_000 */
  bodyTimeout?: number | undefined;
  /** Packets in the body of one POST. @default 100_000 */
  maxPayloadPackets?: number | undefined;
  /** Who sends a request: one that names a session of EIO 3 must come from who opened it. @default nobody is asked */
  identify?: Identify | undefined;
  /** Where sessions are kept by their ids. @default in memory */
  store?: SessionStore | undefined;
}

export interface ResolvedEngineOptions extends EngineOptions {
  readonly pingTimeout: number;
  readonly pingInterval: number;
  readonly upgradeTimeout: number;
  readonly maxHttpBufferSize: number;
  readonly transports: readonly TransportName[];
  readonly allowUpgrades: boolean;
  readonly perMessageDeflate: false | PerMessageDeflateOptions;
  readonly httpCompression: false | (HttpCompressionOptions & { readonly threshold: number });
  readonly cookie: CookieOptions | undefined;
  readonly cors: CorsOptions | CorsOptionsDelegate | false;
  readonly allowEIO3: boolean;
  readonly maxBufferedBytes: number;
  readonly maxBufferedAge: number;
  readonly bodyTimeout: number;
  readonly maxPayloadPackets: number;
}

type Time = "pingTimeout" | "pingInterval" | "upgradeTimeout" | "maxBufferedAge" | "bodyTimeout";
type Amount = "maxHttpBufferSize" | "maxBufferedBytes" | "maxPayloadPackets";

const times: Readonly<Record<Time, number>> = {
  pingTimeout: 20_000,
  pingInterval: 25_000,
  upgradeTimeout: 10_000,
  maxBufferedAge: 30_000,
  bodyTimeout: 30_000,
};

const amounts: Readonly<Record<Amount, number>> = {
  maxHttpBufferSize: 1_000_000,
  maxBufferedBytes: 16 * 1024 * 1024,
  maxPayloadPackets: payloadLimits.maxPackets,
};

const everyTransport: readonly TransportName[] = ["polling", "websocket", "eventsource", "iframe", "webtransport"];
const defaultTransports: readonly TransportName[] = ["polling", "websocket", "eventsource", "iframe"];

/** From here on, compressing gains. */
const threshold = 1024;

/** @throws {TypeError} for an option that cannot be obeyed */
export function resolveEngineOptions(options: EngineOptions = {}): ResolvedEngineOptions {
  return {
    ...options,
    ...resolveEach(options, times, longestTimer),
    ...resolveEach(options, amounts, Number.MAX_SAFE_INTEGER),
    transports: resolveTransports(options.transports),
    allowUpgrades: options.allowUpgrades ?? true,
    perMessageDeflate: resolveDeflate(options.perMessageDeflate),
    httpCompression: resolveHttpCompression(options.httpCompression),
    cookie: resolveCookie(options.cookie),
    cors: options.cors ?? false,
    allowEIO3: options.allowEIO3 ?? false,
    allowRequest: checkHook("allowRequest", options.allowRequest),
    identify: checkHook("identify", options.identify),
  };
}

function resolveEach<Name extends Time | Amount>(
  options: EngineOptions,
  defaults: Readonly<Record<Name, number>>,
  max: number,
): Readonly<Record<Name, number>> {
  const resolved: Record<Name, number> = { ...defaults };
  for (const name in defaults) {
    if (!Object.hasOwn(defaults, name)) continue; // a program may have added to Object.prototype
    resolved[name] = wholeNumber(name, options[name] ?? defaults[name], max);
  }
  return resolved;
}

function resolveTransports(given: readonly TransportName[] = defaultTransports): readonly TransportName[] {
  const unknown = given.find((name) => !everyTransport.includes(name));
  if (unknown === undefined) return given;
  throw new TypeError(`transports may name ${everyTransport.join(", ")}, not ${String(unknown)}`);
}

function resolveDeflate(given: EngineOptions["perMessageDeflate"]): false | PerMessageDeflateOptions {
  if (!given) return false;
  return { threshold, ...(given === true ? {} : given) };
}

function resolveHttpCompression(
  given: EngineOptions["httpCompression"] = true,
): ResolvedEngineOptions["httpCompression"] {
  if (given === false) return false;
  return given === true ? { threshold } : { ...given, threshold: given.threshold ?? threshold };
}

function resolveCookie(given: EngineOptions["cookie"]): CookieOptions | undefined {
  if (!given) return undefined;
  const cookie = { name: "io", path: "/", httpOnly: true, sameSite: "lax" as const, ...(given === true ? {} : given) };
  formatCookie("id", cookie); // what cannot be written is refused now, not at each handshake
  return cookie;
}

/** JavaScript callers have no compiler. */
function checkHook<Hook>(name: string, hook: Hook): Hook {
  if (hook === undefined || hook === null || typeof hook === "function") return hook;
  throw new TypeError(`${name} must be a function`);
}
