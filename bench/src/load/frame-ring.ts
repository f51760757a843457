/** Frames laid end to end, prepared once and read round and round. Pure. */

export class FrameRing {
  /** Frames until the ring starts over. */
  readonly frames: number;
  /** Bytes until the ring starts over. */
  readonly length: number;
  /** Where each frame begins, and where the last one ends. */
  private readonly starts: readonly number[];
  /** Laid twice, so that a piece that runs over the end is one piece too. */
  private readonly bytes: Buffer;

  constructor(frames: readonly Uint8Array[]) {
    if (frames.length === 0 || frames.some(({ length }) => length === 0))
      throw new RangeError("a ring needs a frame, and each frame a byte");
    const starts = [0];
    for (const frame of frames) starts.push(starts[starts.length - 1]! + frame.length);
    this.starts = starts;
    this.frames = frames.length;
    this.length = starts[frames.length]!;
    this.bytes = Buffer.concat([...frames, ...frames]);
  }

  /** @returns where the `index`th frame of the endless stream begins */
  startOf(index: number): number {
    return Math.floor(index / this.frames) * this.length + this.starts[index % this.frames]!;
  }

  /** @returns `count` frames from the `index`th on; at most as many as there are in the ring */
  take(index: number, count: number): Buffer {
    if (count > this.frames) throw new RangeError("more than the ring holds");
    const first = index % this.frames;
    return this.bytes.subarray(this.startOf(first), this.startOf(first + count));
  }

  /** @returns how many of `bytes` agree with the stream from `position` on: `bytes.length` if all do */
  agreement(bytes: Uint8Array, position: number): number {
    let at = 0;
    while (at < bytes.length) {
      const start = (position + at) % this.length;
      const end = Math.min(at + this.length, bytes.length);
      if (this.bytes.compare(bytes, at, end, start, start + end - at) !== 0)
        return at + this.firstDifference(bytes.subarray(at, end), start);
      at = end;
    }
    return at;
  }

  private firstDifference(piece: Uint8Array, start: number): number {
    return piece.findIndex((byte, n) => byte !== this.bytes[start + n]);
  }
}
