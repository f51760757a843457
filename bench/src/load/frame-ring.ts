/** Frames of equal length laid end to end, prepared once and read round and round. Pure. */

export class FrameRing {
  readonly frameLength: number;
  /** Frames until the ring starts over. */
  readonly frames: number;
  /** Bytes until the ring starts over. */
  readonly length: number;
  /** Laid twice, so that a piece that runs over the end is one piece too. */
  private readonly bytes: Buffer;

  constructor(frames: readonly Uint8Array[]) {
    this.frameLength = frames[0]?.length ?? 0;
    this.frames = frames.length;
    this.length = this.frameLength * frames.length;
    if (this.length === 0) throw new RangeError("a ring needs a frame with a byte");
    if (frames.some((frame) => frame.length !== this.frameLength))
      throw new RangeError("frames of one ring are of one length");
    this.bytes = Buffer.concat([...frames, ...frames]);
  }

  /** @returns `count` frames from the `index`th on; at most as many as there are in the ring */
  take(index: number, count: number): Buffer {
    if (count > this.frames) throw new RangeError("more than the ring holds");
    const start = (index % this.frames) * this.frameLength;
    return this.bytes.subarray(start, start + count * this.frameLength);
  }

  /** @returns how many of `bytes` agree with the ring from `position` on: `bytes.length` if all do */
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
