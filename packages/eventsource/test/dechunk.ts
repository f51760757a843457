/** Reads the chunked transfer coding (RFC 9112 §7.1), strictly: what is no chunk throws. For tests. */

import assert from "node:assert/strict";

export interface Dechunked {
  readonly body: Buffer;
  /** How long each chunk was. */
  readonly sizes: readonly number[];
  /** The last chunk has come, without trailers. */
  readonly isOver: boolean;
  /** What stands behind the last chunk. */
  readonly rest: Buffer;
}

export function dechunk(bytes: Buffer): Dechunked {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf("\r\n", at);
    if (end === -1) break;
    const digits = bytes.toString("latin1", at, end);
    assert.match(digits, /^[0-9a-f]+$/i, "a chunk begins with its size");
    const size = Number.parseInt(digits, 16);
    const next = end + 2 + size + 2;
    if (next > bytes.length) break;
    assert.equal(bytes.toString("latin1", next - 2, next), "\r\n", "a line end stands behind each chunk");
    at = next;
    if (size === 0) return result(parts, true, bytes.subarray(at));
    parts.push(bytes.subarray(end + 2, end + 2 + size));
  }
  return result(parts, false, bytes.subarray(at));
}

function result(parts: readonly Buffer[], isOver: boolean, rest: Buffer): Dechunked {
  return { body: Buffer.concat(parts), sizes: parts.map(({ length }) => length), isOver, rest };
}
