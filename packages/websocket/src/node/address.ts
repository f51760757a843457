/** Where a client connects to: ws: and wss: (RFC 6455 §3), http: and https: for them, and ws+unix: for a local socket. */

import { unescape as decode } from "node:querystring";

export interface Address {
  /** TLS. */
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address; empty with `socketPath`. */
  readonly host: string;
  /** As the URL has it: text, or the number that its scheme stands for. Programs' own `createConnection` sees it. */
  readonly port: string | number;
  /** A Unix socket, or a named pipe of Windows, in place of host and port. */
  readonly socketPath: string | undefined;
  /** The request target: path and query. */
  readonly path: string;
  /** `user:password` of the URL, decoded. */
  readonly credentials: string | undefined;
  /** Who answers: host and port, or the path of the socket. Redirects are judged by it. */
  readonly authority: string;
}

const misfits = {
  protocol: 'The URL\'s protocol must be one of "ws:", "wss:", "http:", "https:", or "ws+unix:"',
  pathname: "The URL's pathname is empty",
  fragment: "The URL contains a fragment identifier",
} as const;

const schemes: ReadonlyMap<string, string> = new Map([
  ["http:", "ws:"],
  ["https:", "wss:"],
]);

/**
 * `http:` and `https:` become `ws:` and `wss:`; the program's own URL object is left as it is.
 * @throws {SyntaxError} if it is no URL
 */
export function parseUrl(address: string | URL, base?: string): URL {
  const url = address instanceof URL && base === undefined ? address : parse(address, base);
  const scheme = schemes.get(url.protocol);
  if (scheme === undefined) return url;
  const converted = new URL(url);
  converted.protocol = scheme;
  return converted;
}

function parse(address: string | URL, base: string | undefined): URL {
  try {
    return new URL(address, base);
  } catch {
    throw new SyntaxError(`Invalid URL: ${address}`);
  }
}

/** @throws {SyntaxError} if a WebSocket cannot be reached there */
export function readAddress(url: URL): Address {
  const secure = url.protocol === "wss:";
  const local = url.protocol === "ws+unix:";
  if (!secure && !local && url.protocol !== "ws:") throw new SyntaxError(misfits.protocol); // §3
  if (local && url.pathname === "") throw new SyntaxError(misfits.pathname);
  if (url.hash !== "") throw new SyntaxError(misfits.fragment); // §3
  const target = url.pathname + url.search;
  const [socketPath, path] = local ? splitSocketPath(target) : [undefined, target];
  return {
    secure,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port || (secure ? 443 : 80),
    socketPath,
    path,
    credentials: credentialsOf(url),
    authority: socketPath ?? url.host,
  };
}

/** `/run/a.sock:/path?query` */
function splitSocketPath(target: string): [socketPath: string, path: string] {
  const colon = target.indexOf(":");
  return colon === -1 ? [target, ""] : [target.slice(0, colon), target.slice(colon + 1)];
}

function credentialsOf({ username, password }: URL): string | undefined {
  return username === "" && password === "" ? undefined : `${decode(username)}:${decode(password)}`;
}
