/** Options of the server: declared, documented, resolved and checked here alone. Times in milliseconds, sizes in bytes. */

import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Server as HttpsServer } from "node:https";
import { badOption, misuse } from "./errors.ts";
import type { ConnectionOptions } from "./node/connection.ts";
import type { Heartbeat } from "./protocol/connection.ts";
import { shared } from "./shared.ts";

export interface HeartbeatOptions {
  /** Silence after which a ping is sent. Any byte from the peer ends it. */
  interval: number;
  /**
   * Further silence after which the connection is terminated.
   * @default interval
   */
  timeout?: number | undefined;
}

export interface ServerOptions {
  /** Listen on this port; 0 takes a free one. One of `port`, `server` and `noServer` must be given. */
  port?: number | undefined;
  /** Listen on this address. @default all */
  host?: string | undefined;
  /** Longest queue of connections that wait to be accepted. @default 511 */
  backlog?: number | undefined;
  /** Take the upgrade requests of this server. */
  server?: HttpServer | HttpsServer | undefined;
  /** Take none: the program calls `handleUpgrade`. @default false */
  noServer?: boolean | undefined;
  /** Take only requests with exactly this path. @default any */
  path?: string | undefined;
  /** Keep the open sockets in `clients`. @default true */
  clientTracking?: boolean | undefined;
  /** Longest message accepted; 0 for no limit. A longer one fails with 1009 before it is stored. @default 104_857_600 */
  maxPayload?: number | undefined;
  /** Chooses the subprotocol among those offered; false for none. @default the first offered */
  handleProtocols?: ((protocols: Set<string>, request: IncomingMessage) => string | false) | undefined;
  /** Terminates peers that are gone without a word: `{ interval, timeout }`, or a number for both. @default false */
  heartbeat?: number | HeartbeatOptions | false | undefined;
  /** Event `backpressure` when more than this waits for a peer. Nothing is dropped or closed. @default 67_108_864 */
  maxBufferedBytes?: number | undefined;
  /** How long the peer may take to finish the closing handshake. @default 30_000 */
  closeTimeout?: number | undefined;
  /** Answer pings. @default true */
  autoPong?: boolean | undefined;
}

export interface ResolvedServerOptions extends ServerOptions {
  readonly clientTracking: boolean;
  readonly connection: ConnectionOptions;
}

const mebibyte = 0x10_0000;

export function resolveServerOptions(options: ServerOptions): ResolvedServerOptions {
  const { port, server, noServer } = options;
  const given = [port !== undefined && port !== null, Boolean(server), noServer === true];
  if (given.filter(Boolean).length !== 1) throw misuse("transport");
  const maxPayload = positive("maxPayload", options.maxPayload, 100 * mebibyte);
  return {
    ...options,
    clientTracking: options.clientTracking ?? true,
    connection: {
      masked: true,
      compression: false,
      maxPayload: maxPayload === 0 ? Number.MAX_SAFE_INTEGER : maxPayload,
      autoPong: options.autoPong ?? true,
      closeTimeout: positive("closeTimeout", options.closeTimeout, 30_000),
      heartbeat: resolveHeartbeat(options.heartbeat),
      maxBufferedBytes: positive("maxBufferedBytes", options.maxBufferedBytes, 64 * mebibyte),
      shared,
    },
  };
}

function resolveHeartbeat(heartbeat: ServerOptions["heartbeat"]): Heartbeat | undefined {
  if (heartbeat === undefined || heartbeat === false) return undefined;
  const { interval, timeout } = typeof heartbeat === "number" ? { interval: heartbeat } : heartbeat;
  if (!(interval > 0) || !Number.isFinite(interval)) throw badOption("heartbeat", "a time in milliseconds above 0");
  return { interval, timeout: positive("heartbeat.timeout", timeout, interval) };
}

function positive(name: string, value: number | undefined, ifMissing: number): number {
  const number = value ?? ifMissing;
  if (typeof number !== "number" || !(number >= 0)) throw badOption(name, "a number that is not negative");
  return number;
}
