/** Options of the server: declared, documented, defaulted and checked here, once. */

import { type DecoderLimits, decoderLimits } from "@anywire/protocol/socket";
import type { AdapterConstructor } from "./adapter.ts";
import type { Authorize } from "./authorization.ts";
import type { AttachOptions } from "./engine/engine-attachment.ts";
import type { EngineOptions } from "./engine/engine-options.ts";
import type { Parser } from "./engine/packet-reader.ts";
import type { GateOptions } from "./gate.ts";
import type { History } from "./history.ts";
import type { HistoryLimits } from "./memory-history.ts";
import type { Origins } from "./origins.ts";
import { type PlainOptions, type ResolvedPlainOptions, resolvePlainOptions } from "./plain/options.ts";
import type { Authenticate } from "./principal.ts";
import { longestTimer, wholeNumber } from "./whole-number.ts";

/** `connectionStateRecovery`: what a client missed while it was away is replayed. */
export interface RecoveryOptions {
  /** Milliseconds that a client may be away. @default 120_000 */
  maxDisconnectionDuration?: number;
  /** Who comes back to its session does not pass the middlewares (`io.use`) again. @default true */
  skipMiddlewares?: boolean;
}

/** What a server may be told, those of Engine.IO included: all may be left out. (`Partial<ServerOptions>`; the type itself is Socket.IO's.) */
export interface ServerOptions extends Omit<EngineOptions, "identify">, Omit<AttachOptions, "path"> {
  /** Path of the Socket.IO wire, and of the files of the client. @default "/socket.io" */
  path: string;
  /** Whether the client for browsers is served. @default true */
  serveClient: boolean;
  /** Milliseconds that a client has to ask for its first namespace. @default 45_000 */
  connectTimeout: number;
  /** What reads and writes packets, of the shape of `socket.io-parser`. @default Socket.IO's protocol */
  parser: Parser;
  /** What spreads broadcasts over several nodes: a class of Socket.IO's kind, or what its `createAdapter(…)` gives. @default this node alone */
  adapter: AdapterConstructor;
  /**
   * Clients of Socket.IO 4.6 and newer that come back in time are the same sockets, in their rooms, and get what they missed.
   * Turns `history` on, with this age: for the plain wire too.
   * @default off
   */
  connectionStateRecovery: RecoveryOptions;
  /** Remove namespaces of a parent as soon as nobody is in them. @default false: the 10,000 that were empty last are kept */
  cleanupEmptyChildNamespaces: boolean;
  /**
   * Origins that may connect, as with Socket.IO 2: `"http://a.example:80 b.example:*"`, a list of such, or a function. Requests
   * of others are refused with 403. Ignored beside `cors`.
   */
  origins?: Origins;
  /** Says who a client is, on every wire: it is asked before the middlewares, and again where a session goes on. @default all are anonymous */
  authenticate?: Authenticate;
  /** The plain wire, for clients without a library. @default off */
  plain?: PlainOptions<Authorize>;
  /**
   * What is kept for clients that come back: nothing (`false`), a window in memory for each namespace, or a log of your
   * own, which is that of the namespace `/`.
   * @default false
   */
  history?: false | Partial<HistoryLimits> | History;
  /**
   * Milliseconds that a handler has to answer an event that wants an ack; then a client that hears errors is told `timeout`:
   * one of the plain wire, or of Socket.IO with `anywire=1` in its query. Others wait as long as they like.
   * @default 30_000
   */
  ackTimeout?: number;
  /** Milliseconds that a client that comes back waits for async `connection` handlers, before it gets what it missed. @default 5_000 */
  connectionHandlerTimeout?: number;
  /** Sockets of one namespace connected at once; more are refused. @default 100_000 */
  maxSockets?: number;
  /** Pieces of binary data in one packet of a Socket.IO client. @default 1_000 */
  maxAttachments?: number;
  /** Bytes of all pieces of one packet. @default 16_777_216 */
  maxAttachmentBytes?: number;
  /** Milliseconds in which all pieces of a packet have to arrive. @default 60_000 */
  attachmentTimeout?: number;
  /** Levels of arrays and objects in an argument from a Socket.IO client. @default 1_000 */
  maxDepth?: number;
}

export interface ResolvedServerOptions {
  /** Without a slash at its end. */
  readonly path: string;
  readonly serveClient: boolean;
  readonly connectTimeout: number;
  readonly attachmentTimeout: number;
  readonly decoder: DecoderLimits;
  readonly recovery: Readonly<Required<RecoveryOptions>> | undefined;
  readonly cleanupEmptyChildNamespaces: boolean;
  readonly authenticate: Authenticate | undefined;
  readonly plain: ResolvedPlainOptions | undefined;
  readonly history: false | HistoryLimits | History;
  readonly ackTimeout: number;
  readonly gate: GateOptions;
}

/** The window of `history: {}`. */
export const defaultHistoryLimits: HistoryLimits = { events: 10_000, bytes: 16 * 1024 * 1024, age: 120_000 };

/** @throws {TypeError} for an option that cannot be obeyed */
export function resolveServerOptions(options: Partial<ServerOptions>): ResolvedServerOptions {
  const { authenticate, serveClient = true, cleanupEmptyChildNamespaces = false } = options;
  if (authenticate !== undefined && typeof authenticate !== "function")
    throw new TypeError("authenticate must be a function");
  const plain = options.plain === undefined ? undefined : resolvePlain(options.plain, authenticate);
  const recovery = resolveRecovery(options.connectionStateRecovery);
  return {
    path: String(options.path ?? "/socket.io").replace(/\/$/, ""),
    serveClient: serveClient !== false,
    connectTimeout: milliseconds("connectTimeout", options.connectTimeout ?? 45_000),
    attachmentTimeout: milliseconds("attachmentTimeout", options.attachmentTimeout ?? 60_000),
    decoder: resolveDecoder(options),
    recovery,
    cleanupEmptyChildNamespaces,
    authenticate,
    plain,
    history: resolveHistory(options.history ?? (recovery === undefined ? false : {}), recovery),
    ackTimeout: milliseconds("ackTimeout", options.ackTimeout ?? 30_000),
    gate: resolveGate(options, plain, recovery),
  };
}

function resolveGate(
  options: Partial<ServerOptions>,
  plain: ResolvedPlainOptions | undefined,
  recovery: Readonly<Required<RecoveryOptions>> | undefined,
): GateOptions {
  return {
    authorize: options.plain?.authorize,
    heartbeat: plain?.heartbeat.interval ?? 0,
    connectionHandlerTimeout: milliseconds("connectionHandlerTimeout", options.connectionHandlerTimeout ?? 5_000),
    maxSockets: wholeNumber("maxSockets", options.maxSockets ?? 100_000),
    skipMiddlewares: recovery?.skipMiddlewares ?? false,
  };
}

function resolveDecoder(options: Partial<ServerOptions>): DecoderLimits {
  return {
    maxAttachments: wholeNumber("maxAttachments", options.maxAttachments ?? decoderLimits.maxAttachments),
    maxAttachmentBytes: wholeNumber(
      "maxAttachmentBytes",
      options.maxAttachmentBytes ?? decoderLimits.maxAttachmentBytes,
    ),
    maxDepth: wholeNumber("maxDepth", options.maxDepth ?? decoderLimits.maxDepth),
  };
}

function resolveRecovery(recovery: RecoveryOptions | undefined): Required<RecoveryOptions> | undefined {
  if (!isObject(recovery)) return undefined;
  const { maxDisconnectionDuration = 120_000, skipMiddlewares = true } = recovery ?? {};
  return {
    maxDisconnectionDuration: milliseconds(
      "connectionStateRecovery.maxDisconnectionDuration",
      maxDisconnectionDuration,
    ),
    skipMiddlewares,
  };
}

function resolvePlain(plain: PlainOptions<Authorize>, authenticate: Authenticate | undefined): ResolvedPlainOptions {
  if (!isObject(plain)) throw new TypeError("plain must be an object of options");
  const { authorize } = plain;
  if (authorize !== undefined && typeof authorize !== "function")
    throw new TypeError("plain.authorize must be a function");
  const resolved = resolvePlainOptions(plain);
  return { ...resolved, authenticate: resolved.authenticate ?? authenticate };
}

function resolveHistory(
  history: false | Partial<HistoryLimits> | History,
  recovery: Readonly<Required<RecoveryOptions>> | undefined,
): false | HistoryLimits | History {
  if (history === false) return false;
  if (!isObject(history)) throw new TypeError("history must be false, an object of limits, or a log");
  if ("append" in history) return history;
  const age = recovery?.maxDisconnectionDuration ?? defaultHistoryLimits.age;
  const limits = { ...defaultHistoryLimits, age, ...history };
  return {
    events: wholeNumber("history.events", limits.events),
    bytes: wholeNumber("history.bytes", limits.bytes),
    age: milliseconds("history.age", limits.age),
  };
}

function milliseconds(name: string, value: number): number {
  return wholeNumber(name, value, longestTimer);
}

/** JavaScript callers have no compiler. */
function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
