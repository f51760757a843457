/** The chunked transfer coding of HTTP/1.1 (RFC 9112 §7.1). Pure. */

import { type Allocate, joinPieces } from "./joined-pieces.ts";

const lineEnd = Uint8Array.of(13, 10);

/** One chunk of all that is in the pieces; nothing if they are empty, for an empty chunk ends the body. */
export function frameChunk(pieces: readonly Uint8Array[], allocate: Allocate): readonly Uint8Array[] {
  const size = pieces.reduce((length, piece) => length + piece.length, 0);
  if (size === 0) return []; // §7.1, `last-chunk`
  return joinPieces([chunkSize(size), ...pieces, lineEnd], allocate);
}

/** §7.1: `chunk-size`, in hexadecimal digits, and the line end behind it. */
function chunkSize(size: number): Uint8Array {
  return Uint8Array.from(`${size.toString(16)}\r\n`, (character) => character.charCodeAt(0));
}
