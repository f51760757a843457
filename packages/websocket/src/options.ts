/** Options that both sides have: declared, documented, resolved and checked here alone. Times in milliseconds, sizes in bytes. */

import { badOption } from "./errors.ts";
import type { ConnectionOptions } from "./node/connection.ts";
import type { Deflate } from "./node/deflate.ts";
import { maskingKeyFrom, randomMaskingKey } from "./node/random.ts";
import type { Heartbeat } from "./protocol/liveness.ts";
import { shared, unfinishedMessages } from "./shared.ts";
import type { PerMessageDeflateOptions } from "./ws-api.ts";

export interface HeartbeatOptions {
  /** Silence after which a ping is sent. Any byte from the peer ends it. */
  interval: number;
  /**
   * Further silence after which the connection is terminated.
   * @default interval
   */
  timeout?: number | undefined;
}

export interface ConnectionSettings {
  /**
   * Longest message accepted, after inflating too; 0 for no limit. A longer one fails with 1009, as soon as it is known
   * to be longer.
   * @default 104_857_600
   */
  maxPayload?: number | undefined;
  /**
   * Most frames of a message; 0 for no limit. More fail with 1008. Frames are put together as they come and cost their
   * bytes alone, so there is no need for it.
   * @default 0
   */
  maxFragments?: number | undefined;
  /** Most chunks of the stream that one frame may come in; 0 for no limit. More fail with 1008. As above. @default 0 */
  maxBufferedChunks?: number | undefined;
  /**
   * Most pings that may wait while the peer does not read; 0 for no limit. More cut the connection. Only the latest is
   * answered, so there is no need for it.
   * @default 0
   */
  maxPendingAutoPongs?: number | undefined;
  /** Several events may be emitted in one tick; false for one in each turn of the event loop. @default true */
  allowSynchronousEvents?: boolean | undefined;
  /**
   * Put the frames of a message together. With false there is an event `frame` for each, and no `message`. Not with
   * `perMessageDeflate`.
   * @default true
   */
  assembleFragments?: boolean | undefined;
  /** Take texts and reasons as they are. @default false */
  skipUTF8Validation?: boolean | undefined;
  /** Answer pings. @default true */
  autoPong?: boolean | undefined;
  /** How long the peer may take to finish the closing handshake. @default 30_000 */
  closeTimeout?: number | undefined;
  /** Compression (RFC 7692): true or how. @default false on the server, true on the client */
  perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  /** Writes the four bytes of a masking key. @default what cannot be foretold */
  generateMask?: ((mask: Buffer) => void) | undefined;
  /** Terminates peers that are gone without a word: `{ interval, timeout }`, or a number for both. @default false */
  heartbeat?: number | HeartbeatOptions | false | undefined;
  /** Event `backpressure` when more than this waits for a peer. @default 67_108_864 */
  maxBufferedBytes?: number | undefined;
  /** Then terminate the connection. @default false */
  closeOnBackpressure?: boolean | undefined;
}

const mebibyte = 0x10_0000;

/** @throws {TypeError} for an option that makes no sense */
export function resolveConnection(settings: ConnectionSettings, side: "server" | "client"): ConnectionOptions {
  const { generateMask } = settings;
  return {
    masked: side === "server",
    compression: false,
    deflate: undefined,
    maxPayload: limit("maxPayload", settings.maxPayload, 100 * mebibyte),
    maxFragments: limit("maxFragments", settings.maxFragments, 0),
    maxBufferedChunks: limit("maxBufferedChunks", settings.maxBufferedChunks, 0),
    assembled: resolveAssembly(settings),
    validateUtf8: !(settings.skipUTF8Validation ?? false),
    budget: unfinishedMessages,
    allowSynchronousEvents: settings.allowSynchronousEvents ?? true,
    autoPong: settings.autoPong ?? true,
    maxPendingPings: limit("maxPendingAutoPongs", settings.maxPendingAutoPongs, 0),
    closeTimeout: positive("closeTimeout", settings.closeTimeout, 30_000),
    heartbeat: resolveHeartbeat(settings.heartbeat),
    nextKey: generateMask ? maskingKeyFrom(generateMask) : randomMaskingKey,
    maxBufferedBytes: positive("maxBufferedBytes", settings.maxBufferedBytes, 64 * mebibyte),
    closeOnBackpressure: settings.closeOnBackpressure ?? false,
    shared,
  };
}

/** Compression is a connection's own: all the rest is shared by those that have the same options. */
export function withDeflate(options: ConnectionOptions, deflate: Deflate | undefined): ConnectionOptions {
  return deflate === undefined ? options : { ...options, compression: true, deflate };
}

/** A compressed message can be inflated as a whole only. */
function resolveAssembly({ assembleFragments = true, perMessageDeflate }: ConnectionSettings): boolean {
  if (!assembleFragments && perMessageDeflate)
    throw badOption("assembleFragments", "true where messages are compressed");
  return assembleFragments;
}

function resolveHeartbeat(heartbeat: ConnectionSettings["heartbeat"]): Heartbeat | undefined {
  if (heartbeat === undefined || heartbeat === false) return undefined;
  const { interval, timeout } = typeof heartbeat === "number" ? { interval: heartbeat } : heartbeat;
  if (!(interval > 0) || !Number.isFinite(interval)) throw badOption("heartbeat", "a time in milliseconds above 0");
  return { interval, timeout: positive("heartbeat.timeout", timeout, interval) };
}

/** 0 is no limit. @throws {TypeError} */
export function limit(name: string, value: number | undefined, ifMissing: number): number {
  return positive(name, value, ifMissing) || Number.MAX_SAFE_INTEGER;
}

/** Node's timers know no longer time. */
const longestTimeout = 0x7fff_ffff;

/** 0 is no limit, and so is what no timer can wait for. @returns Infinity for no limit */
export function resolveTimeout(name: string, value: number | undefined, ifMissing: number): number {
  const timeout = positive(name, value, ifMissing);
  return timeout === 0 || timeout > longestTimeout ? Infinity : timeout;
}

/** Text from the environment is a number too, as for ws. */
function positive(name: string, value: number | undefined, ifMissing: number): number {
  const number = Number(value ?? ifMissing);
  if (!(number >= 0)) throw badOption(name, "a number that is not negative");
  return number;
}
