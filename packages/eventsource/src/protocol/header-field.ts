/** What a header may be (RFC 9110 §5). Pure. Under HTTP/2 nobody else looks, and a proxy to HTTP/1.1 may take CR or LF for an end. */

import { must } from "./errors.ts";

export type HeaderValue = string | number | readonly string[];

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/; // §5.6.2
const text = /^[\t\x20-\x7e\x80-\xff]*$/; // §5.5, `field-vchar` with SP and HTAB

/** §5.6.2: what names of headers and methods are. */
export function isToken(value: string): boolean {
  return token.test(value);
}

/** Whether a header can carry it, as a string of bytes. */
export function isHeaderValue(value: string): boolean {
  return text.test(value);
}

/** Of what is a text in one way only; of true and false, too, whatever the types say. */
const sendable: ReadonlySet<string> = new Set(["string", "number", "boolean", "bigint"]);

/** @throws {EventStreamError} bad-header */
export function checkHeader(name: string, value: HeaderValue): void {
  must(isToken(name), "bad-header"); // §5.1
  for (const single of Array.isArray(value) ? value : [value]) {
    must(sendable.has(typeof single) && isHeaderValue(String(single)), "bad-header"); // §5.5
  }
}
