/** Which of a session's options belong to Node's `http.request` and `tls.connect`, and what goes into a request's headers. */

import type { OutgoingHttpHeaders } from "node:http";
import type { RequestOptions } from "node:https";
import { cookieHeader } from "./cookie-jar.ts";
import type { TransportOptions } from "./transport.ts";

const passed = [
  "agent",
  "pfx",
  "key",
  "passphrase",
  "cert",
  "ca",
  "ciphers",
  "localAddress",
  "family",
  "checkServerIdentity",
];

/** An `agent` of false, the default, is none. */
export function connectionOptions(options: TransportOptions): RequestOptions {
  const picked: RequestOptions = pickSet(options, passed); // Node checks each of them
  return { ...picked, rejectUnauthorized: options.rejectUnauthorized !== false };
}

/** Nothing that is not set: `undefined` would take the place of a default. */
export function pickSet(options: object, names: readonly string[]): object {
  const given: Readonly<Record<string, unknown>> = { ...options };
  const set = names.filter((name) => given[name] !== undefined && given[name] !== null && given[name] !== false);
  return Object.fromEntries(set.map((name) => [name, given[name]]));
}

/** The program's, by names in lower case, and the session's cookies behind its own. */
export function requestHeaders({ extraHeaders, socket }: TransportOptions): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(extraHeaders ?? {})) headers[name.toLowerCase()] = value;
  const cookie = cookieHeader(socket._cookieJar, headers.cookie);
  return cookie === undefined ? headers : { ...headers, cookie };
}
