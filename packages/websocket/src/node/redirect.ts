/** What goes along with a redirect: credentials are for those that the program gave them to, as in curl and ws. */

import type { OutgoingHttpHeaders } from "node:http";
import type { Address } from "./address.ts";

/** Dropped when the connection is no longer the one that the program asked for. */
const credentials: ReadonlySet<string> = new Set(["authorization", "cookie", "proxy-authorization"]);

/** The same host and port, or the same local socket. */
function isSameHost(first: Address, next: Address): boolean {
  return (first.socketPath === undefined) === (next.socketPath === undefined) && first.authority === next.authority;
}

/** Whether who is at `next`, or who listens on the way there, may learn what was meant for `first`. */
export function isTrusted(first: Address, next: Address): boolean {
  return isSameHost(first, next) && (next.secure || !first.secure);
}

/** The program's headers for a request to `next`, which is not trusted. */
export function withoutCredentials(headers: OutgoingHttpHeaders, first: Address, next: Address): OutgoingHttpHeaders {
  const sameHost = isSameHost(first, next);
  const kept = Object.entries(headers).filter(([header]) => {
    const name = header.toLowerCase();
    return !credentials.has(name) && (sameHost || name !== "host");
  });
  return Object.fromEntries(kept);
}

/** The first that is given wins: a header of the program's, then the URL it asked for, then those of redirects. */
export function withCredentials(headers: OutgoingHttpHeaders, given: string | undefined): OutgoingHttpHeaders {
  if (given === undefined || Object.keys(headers).some((name) => name.toLowerCase() === "authorization"))
    return headers;
  return { ...headers, Authorization: `Basic ${Buffer.from(given).toString("base64")}` };
}
