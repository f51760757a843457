/** The header Sec-WebSocket-Protocol, RFC 6455 §11.3.4: a list of distinct tokens (RFC 9110 §5.6.1 and §5.6.2). */

import { HandshakeError } from "./errors.ts";

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export function isToken(text: string): boolean {
  return token.test(text);
}

/**
 * The names in the client's order of preference, in time linear in the header.
 * @throws {HandshakeError}
 */
export function parseSubprotocols(header: string): Set<string> {
  const names = new Set<string>();
  for (const element of header.split(",")) {
    const name = trimBlanks(element);
    if (!isToken(name) || names.has(name)) throw new HandshakeError("WS_ERR_HANDSHAKE_PROTOCOL"); // §4.1, 10
    names.add(name);
  }
  return names;
}

/** Spaces and tabs alone (RFC 9110 §5.6.3): `trim` would take any Unicode blank, and a regular expression quadratic time. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
