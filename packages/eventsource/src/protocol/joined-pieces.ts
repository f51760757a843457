/** Small pieces side by side in one, large ones as they are: a copy of a few KiB is cheaper than a write of its own. Pure. */

/** Up to so many bytes a piece is copied. */
export const copiedUpTo = 0x4000;

/** New memory, its content of no matter. */
export type Allocate = (size: number) => Uint8Array;

/** @returns the same bytes, in as few pieces as are worth it */
export function joinPieces(pieces: readonly Uint8Array[], allocate: Allocate): readonly Uint8Array[] {
  if (pieces.length < 2) return pieces;
  const joined: Uint8Array[] = [];
  for (let at = 0; at < pieces.length; ) {
    const end = endOfRun(pieces, at);
    joined.push(end - at === 1 ? pieces[at]! : join(pieces.slice(at, end), allocate));
    at = end;
  }
  return joined;
}

/** Where the small pieces end that stand side by side from `start`; a large one is a run of its own. */
function endOfRun(pieces: readonly Uint8Array[], start: number): number {
  let end = start;
  while (end < pieces.length && pieces[end]!.length <= copiedUpTo) end++;
  return Math.max(end, start + 1);
}

function join(pieces: readonly Uint8Array[], allocate: Allocate): Uint8Array {
  const joined = allocate(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
