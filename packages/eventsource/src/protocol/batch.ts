/** What one stream sends in one tick; streams that send the same share it. Pure. */

/**
 * How it works: a batch does not change. What comes after it makes another one, and the batch remembers the last one that was
 * made of it, so that the streams of a broadcast, which take the same steps from the same beginning, meet in the same batch.
 */
export class Batch {
  /** Bytes. */
  readonly size: number;
  private readonly before: Batch | undefined;
  private readonly last: Uint8Array | undefined;
  private after: Batch | undefined;
  private listed: readonly Uint8Array[] | undefined;

  /** Without parameters, the empty one. */
  constructor(before?: Batch, last?: Uint8Array) {
    this.before = before;
    this.last = last;
    this.size = (before?.size ?? 0) + (last?.length ?? 0);
  }

  /** What is in it, in order. */
  get pieces(): readonly Uint8Array[] {
    this.listed ??= this.list();
    return this.listed;
  }

  /** This, and then `bytes`. */
  with(bytes: Uint8Array): Batch {
    if (this.after?.last !== bytes) this.after = new Batch(this, bytes);
    return this.after;
  }

  /** No batch is remembered that was made of this one. */
  get isForgotten(): boolean {
    return this.after === undefined;
  }

  forget(): void {
    this.after = undefined;
  }

  private list(): readonly Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (let batch: Batch | undefined = this; batch?.last !== undefined; batch = batch.before) pieces.push(batch.last);
    return pieces.reverse();
  }
}
