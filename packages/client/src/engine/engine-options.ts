/** The options of a session: names and defaults are engine.io-client's. Programs change them between tries. */

import type { Anything } from "@anywire/protocol/emitter";
import type { TransportConstructor } from "./transport.ts";

export interface EngineOptions {
  /** Set from the URI. */
  host?: string | undefined;
  /** Set from the URI. */
  hostname?: string | undefined;
  /** TLS. Set from the URI. */
  secure?: boolean | undefined;
  /** Set from the URI. */
  port?: string | number | undefined;
  /** @default "/socket.io" ("/engine.io" in engine.io-client) */
  path?: string | undefined;
  /** @default true */
  addTrailingSlash?: boolean | undefined;
  /** Added to the URI of every request. */
  query?: Record<string, Anything> | string | undefined;
  /**
   * Names or classes, in the order in which they are tried.
   * @default ["polling", "websocket", "webtransport"], as far as the bundle has them
   */
  transports?: readonly (string | TransportConstructor)[] | undefined;
  /** Classes alone, in place of `transports`. */
  transportImplementations?: readonly TransportConstructor[] | undefined;
  /** If the first transport fails to open, the next is tried. @default false */
  tryAllTransports?: boolean | undefined;
  /** Move to a better transport once the session is open. @default true */
  upgrade?: boolean | undefined;
  /** Begin with WebSocket if it worked the last time. @default false */
  rememberUpgrade?: boolean | undefined;
  /** Options for one transport alone, by its name. */
  transportOptions?: Readonly<Record<string, object>> | undefined;
  /** Binary data as base64 text, everywhere. @default false */
  forceBase64?: boolean | undefined;
  /** A changing query parameter keeps caches away. @default true for polling */
  timestampRequests?: boolean | undefined;
  /** Its name. @default "t" */
  timestampParam?: string | undefined;
  /** Milliseconds for one HTTP request of polling; 0 for no limit. @default 0 */
  requestTimeout?: number | undefined;
  /** Headers of every HTTP request; browsers cannot send them with a WebSocket. */
  extraHeaders?: Record<string, string> | undefined;
  /** Cookies to other origins; in Node.js, keep cookies at all. @default false */
  withCredentials?: boolean | undefined;
  /** WebSocket subprotocols. */
  protocols?: string | string[] | undefined;
  /** Close when the page is about to be left. @default false */
  closeOnBeforeunload?: boolean | undefined;
  /** Use the timers that were there when the module was loaded, whatever fake clock came since. @default false */
  useNativeTimers?: boolean | undefined;
  /** Do not keep the process alive (Node.js). @default false */
  autoUnref?: boolean | undefined;
  /** Compress WebSocket messages from so many bytes on (Node.js). @default { threshold: 1024 } */
  perMessageDeflate?: boolean | { readonly threshold?: number | undefined } | undefined;
  /** An `http.Agent` (Node.js). @default false */
  agent?: unknown;
  /** TLS, as in Node's `tls.connect` (Node.js). */
  pfx?: unknown;
  key?: unknown;
  passphrase?: string | undefined;
  cert?: unknown;
  ca?: unknown;
  ciphers?: string | undefined;
  /** Refuse servers whose certificate is not good (Node.js). @default true */
  rejectUnauthorized?: boolean | undefined;
  /** The network interface to use (Node.js). */
  localAddress?: string | undefined;
  /** The version of IP, 4 or 6 (Node.js). @default whatever is there */
  family?: number | undefined;
  /** In place of `tls.checkServerIdentity` (Node.js). */
  checkServerIdentity?: unknown;
  /** The header Origin of a WebSocket (Node.js). @default none */
  origin?: string | undefined;
  /** Bytes of the longest message of a WebSocket that is taken (Node.js). @default 104_857_600 */
  maxPayload?: number | undefined;
}
