/** Options of WebSocketServer: declared, documented, resolved and checked here alone. */

import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Http2SecureServer, Http2Server } from "node:http2";
import type { Server as HttpsServer } from "node:https";
import { badOption, misuse } from "./errors.ts";
import type { HandleProtocols } from "./negotiation.ts";
import type { ConnectionSettings } from "./options.ts";
import type { Authorize, VerifyClient } from "./verification.ts";
import { WebSocket } from "./websocket.ts";

export type WebSocketClass = typeof WebSocket;
export type RequestClass = typeof IncomingMessage;

export interface ServerOptions<T extends WebSocketClass = WebSocketClass, U extends RequestClass = RequestClass>
  extends ConnectionSettings {
  /** Listen on this port; 0 takes a free one. One of `port`, `server` and `noServer` must be given. */
  port?: number | undefined;
  /** Listen on this address. @default all */
  host?: string | undefined;
  /** Longest queue of connections that wait to be accepted. @default 511 */
  backlog?: number | undefined;
  /**
   * Take the upgrade requests of this server. Several may share one, each with its `path`. One of `node:http2` brings
   * WebSockets over HTTP/2 (RFC 8441), whose requests are Http2ServerRequests, beside those over HTTP/1.1 (`allowHTTP1`).
   */
  server?: HttpServer<U> | HttpsServer<U> | Http2Server | Http2SecureServer | undefined;
  /** Take none: the program calls `handleUpgrade`. @default false */
  noServer?: boolean | undefined;
  /** Take only requests with exactly this path, whatever their query. @default any that no other server takes */
  path?: string | undefined;
  /** Keep the open sockets in `clients`. @default true */
  clientTracking?: boolean | undefined;
  /** Chooses the subprotocol among those offered; false for none. @default the first offered */
  handleProtocols?: HandleProtocols<InstanceType<U>> | undefined;
  /**
   * Whether a handshake is accepted: by what it returns, or with two parameters by what it calls back.
   * `authorize` is the same with fewer surprises.
   */
  verifyClient?: VerifyClient<InstanceType<U>> | undefined;
  /**
   * Asked last, after `verifyClient`: returns nothing to accept, `{ status, headers, body }` to refuse; or a promise
   * of either. What it throws is answered with 500 and told to listeners of `error`.
   */
  authorize?: Authorize<InstanceType<U>> | undefined;
  /**
   * How long `verifyClient` and `authorize` together may take until they have decided; 0 for no limit. Then 503. (How long a
   * request may take to arrive is the HTTP server's `headersTimeout`.)
   * @default 120_000
   */
  handshakeTimeout?: number | undefined;
  /** The class of the sockets: WebSocket, or one that extends it. @default WebSocket */
  WebSocket?: T | undefined;
}

/** What can be read in `options` of a server that was not told otherwise, as with ws. */
const defaults = {
  allowSynchronousEvents: true,
  autoPong: true,
  maxPayload: 104_857_600,
  maxPendingAutoPongs: 60,
  skipUTF8Validation: false,
  perMessageDeflate: false,
  clientTracking: true,
  closeTimeout: 30_000,
  noServer: false,
  WebSocket,
};

const hooks = ["authorize", "verifyClient", "handleProtocols"] as const;

/**
 * What the program gave, and what it left out.
 * @throws {TypeError} for options that make no sense together
 */
export function resolveServerOptions<T extends WebSocketClass, U extends RequestClass>(
  given: ServerOptions<T, U>,
): ServerOptions<T, U> {
  const transports = [isGiven(given.port), Boolean(given.server), Boolean(given.noServer)];
  if (transports.filter(Boolean).length !== 1) throw misuse("transport");
  for (const name of hooks) checkHook(name, given[name]);
  const left = Object.entries(defaults).filter(([name]) => !isGiven(Reflect.get(given, name)));
  const compression = given.perMessageDeflate === true ? { perMessageDeflate: {} } : {};
  return Object.assign({}, given, Object.fromEntries(left), compression);
}

/** Else it would be found out by the first client. */
function checkHook(name: string, hook: unknown): void {
  if (isGiven(hook) && hook !== false && typeof hook !== "function") throw badOption(name, "a function");
}

/** What is undefined or null is not given. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
