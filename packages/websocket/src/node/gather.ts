/** Many small pieces to one write: a copy of a few KiB is cheaper than a system call, or than an entry in writev. */

const scratchSize = 0x1_0000;
let scratch = Buffer.allocUnsafeSlow(scratchSize);

/** @returns the pieces side by side in memory that `scratchKept` rules; undefined if they are too long for it */
export function gather(pieces: readonly Buffer[]): Buffer | undefined {
  let length = 0;
  for (const piece of pieces) {
    if (length + piece.length > scratchSize) return undefined;
    scratch.set(piece, length);
    length += piece.length;
  }
  return scratch.subarray(0, length);
}

/** What `gather` gave was not written at once: it belongs to the stream now. */
export function scratchKept(): void {
  scratch = Buffer.allocUnsafeSlow(scratchSize);
}
