/** Pieces to a stream: as one write where they are small, for a copy of a few KiB is cheaper than a system call. */

import type { Duplex } from "node:stream";
import type { WriteCallback } from "./send-callback.ts";

/** One, or several in order. */
type Pieces = Buffer | readonly Buffer[];

const scratchSize = 0x1_0000;
let scratch = Buffer.allocUnsafeSlow(scratchSize);

/** To a stream that does not look at its memory again once it has nothing left to write. */
export function writeShared(stream: Duplex, pieces: Pieces, done: WriteCallback | undefined): void {
  const gathered = pieces instanceof Uint8Array ? undefined : gather(pieces);
  if (gathered === undefined) return writeOwned(stream, pieces, done);
  stream.write(gathered, done);
  if (stream.writableLength !== 0) scratch = Buffer.allocUnsafeSlow(scratchSize); // the old one is the stream's now
}

/** To a stream that may keep what it is given. `done` is called when the last piece has been written. */
export function writeOwned(stream: Duplex, pieces: Pieces, done: WriteCallback | undefined): void {
  if (pieces instanceof Uint8Array) {
    stream.write(pieces, done);
    return;
  }
  stream.cork();
  pieces.forEach((piece, at) => {
    stream.write(piece, at === pieces.length - 1 ? done : undefined);
  });
  stream.uncork();
}

/** @returns the pieces side by side in the scratch memory; undefined if they are too long for it */
function gather(pieces: readonly Buffer[]): Buffer | undefined {
  let length = 0;
  for (const piece of pieces) {
    if (length + piece.length > scratchSize) return undefined;
    scratch.set(piece, length);
    length += piece.length;
  }
  return scratch.subarray(0, length);
}
