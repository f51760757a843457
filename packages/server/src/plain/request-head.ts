/** What must hold of a request's head before anything in it is believed (RFC 9112 §3.2). */

import type { IncomingMessage } from "node:http";
import { Refusal } from "../errors.ts";

/** Node's default `maxHeadersCount`: it drops what comes behind so many without a word. */
const maxHeaders = 2_000;

/** Some header fields may be missing: a later `Origin`, or the length of the body. */
export function isTruncated(request: IncomingMessage): boolean {
  return request.rawHeaders.length >= 2 * maxHeaders;
}

/** @throws {Refusal} too-many-headers, bad-host */
export function checkHead(request: IncomingMessage): void {
  if (isTruncated(request)) throw new Refusal("too-many-headers");
  const hosts = request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host");
  if (hosts.length > 1) throw new Refusal("bad-host"); // §3.2
  const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(request.url ?? "") ?? [];
  if (authority !== undefined && authority !== request.headers.host) throw new Refusal("bad-host"); // §3.2.2
}

/** It wanted to be a WebSocket, and a proxy on its way took the upgrade out of it (RFC 6455 §4.1). */
export function lostItsUpgrade(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers["sec-websocket-key"] !== undefined || headers["sec-websocket-version"] !== undefined;
}
