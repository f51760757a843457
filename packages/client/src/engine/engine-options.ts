/** The options of a session: names and defaults are engine.io-client's. */

import type { TransportConstructor } from "./transport.ts";

export interface EngineOptions {
  /** Set from the URI. */
  readonly host?: string | undefined;
  /** Set from the URI. */
  readonly hostname?: string | undefined;
  /** TLS. Set from the URI. */
  readonly secure?: boolean | undefined;
  /** Set from the URI. */
  readonly port?: string | number | undefined;
  /** @default "/socket.io" ("/engine.io" in engine.io-client) */
  readonly path?: string | undefined;
  /** @default true */
  readonly addTrailingSlash?: boolean | undefined;
  /** Added to the URI of every request. */
  readonly query?: Readonly<Record<string, unknown>> | string | undefined;
  /**
   * Names or classes, in the order in which they are tried.
   * @default ["polling", "websocket", "webtransport"], as far as the bundle has them
   */
  readonly transports?: readonly (string | TransportConstructor)[] | undefined;
  /** Classes alone, in place of `transports`. */
  readonly transportImplementations?: readonly TransportConstructor[] | undefined;
  /** If the first transport fails to open, the next is tried. @default false */
  readonly tryAllTransports?: boolean | undefined;
  /** Move to a better transport once the session is open. @default true */
  readonly upgrade?: boolean | undefined;
  /** Begin with WebSocket if it worked the last time. @default false */
  readonly rememberUpgrade?: boolean | undefined;
  /** Options for one transport alone, by its name. */
  readonly transportOptions?: Readonly<Record<string, object>> | undefined;
  /** Binary data as base64 text, everywhere. @default false */
  readonly forceBase64?: boolean | undefined;
  /** A changing query parameter keeps caches away. @default true for polling */
  readonly timestampRequests?: boolean | undefined;
  /** Its name. @default "t" */
  readonly timestampParam?: string | undefined;
  /** Milliseconds for one HTTP request of polling; 0 for no limit. @default 0 */
  readonly requestTimeout?: number | undefined;
  /** Headers of every HTTP request; browsers cannot send them with a WebSocket. */
  readonly extraHeaders?: Readonly<Record<string, string>> | undefined;
  /** Cookies to other origins; in Node.js, keep cookies at all. @default false */
  readonly withCredentials?: boolean | undefined;
  /** WebSocket subprotocols. */
  readonly protocols?: string | string[] | undefined;
  /** Close when the page is about to be left. @default false */
  readonly closeOnBeforeunload?: boolean | undefined;
  /** Use the timers that were there when the module was loaded, whatever fake clock came since. @default false */
  readonly useNativeTimers?: boolean | undefined;
  /** Do not keep the process alive (Node.js). @default false */
  readonly autoUnref?: boolean | undefined;
  /** Compress WebSocket messages from so many bytes on (Node.js). @default { threshold: 1024 } */
  readonly perMessageDeflate?: boolean | { readonly threshold?: number | undefined } | undefined;
  /** An `http.Agent` (Node.js). @default false */
  readonly agent?: unknown;
  /** TLS, as in Node's `tls.connect` (Node.js). */
  readonly pfx?: unknown;
  readonly key?: unknown;
  readonly passphrase?: string | undefined;
  readonly cert?: unknown;
  readonly ca?: unknown;
  readonly ciphers?: string | undefined;
  /** Refuse servers whose certificate is not good (Node.js). @default true */
  readonly rejectUnauthorized?: boolean | undefined;
  /** The network interface to use (Node.js). */
  readonly localAddress?: string | undefined;
  /** The version of IP, 4 or 6 (Node.js). @default whatever is there */
  readonly family?: number | undefined;
  /** In place of `tls.checkServerIdentity` (Node.js). */
  readonly checkServerIdentity?: unknown;
  /** The header Origin of a WebSocket (Node.js). @default none */
  readonly origin?: string | undefined;
  /** Bytes of the longest message of a WebSocket that is taken (Node.js). @default 104_857_600 */
  readonly maxPayload?: number | undefined;
}
