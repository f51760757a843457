/** Who may connect (wires: "Who may connect"): the origin is judged before any handler, alike on every wire. */

import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "../errors.ts";
import type { CorsGrant, CorsPolicy } from "./cors.ts";
import { isAuthority, isOriginOfHost, parseOrigin } from "./serialized-origin.ts";

export interface OriginVerdict {
  /** The origin is another one than the host. */
  readonly isForeign: boolean;
  /** What `cors` grants to the origin; undefined for the server's own, and for clients that are no page. */
  readonly grant: CorsGrant | undefined;
}

/** @throws {Refusal} bad-host, bad-origin, origin-not-allowed */
export async function judgeOrigin(headers: IncomingHttpHeaders, cors: CorsPolicy): Promise<OriginVerdict> {
  const { host } = headers;
  if (host === undefined || !isAuthority(host)) throw new Refusal("bad-host"); // RFC 9112 §3.2
  if (headers.origin === undefined) return { isForeign: false, grant: undefined };
  const origin = parseOrigin(headers.origin);
  if (origin === undefined) throw new Refusal("bad-origin");
  const isForeign = !isOriginOfHost(origin, host);
  const grant = await cors(origin);
  if (grant === undefined && isForeign) throw new Refusal("origin-not-allowed");
  return { isForeign, grant };
}

/**
 * The headers that may say who the client is. A page of a foreign origin that was not granted credentials gets none
 * from its browser by fetch; a WebSocket handshake carries cookies (and a cached password) all the same.
 */
export function creditedHeaders(
  headers: IncomingHttpHeaders,
  { isForeign, grant }: OriginVerdict,
): IncomingHttpHeaders {
  if (!isForeign || grant?.credentials === true) return headers;
  const { cookie: _cookie, ...rest } = headers;
  if (headers.upgrade !== undefined) delete rest.authorization; // no page can set it there
  return rest;
}
