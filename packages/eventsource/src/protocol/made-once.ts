/** What many streams send in one tick is mostly the same list: what is made of it is made for the first, and shared. Pure. */

type Pieces = readonly Uint8Array[];

/** One slot: a broadcast goes to one stream after the other. */
export class MadeOnce {
  private readonly make: (pieces: Pieces) => Pieces;
  private source: Pieces | undefined;
  private made: Pieces = [];

  constructor(make: (pieces: Pieces) => Pieces) {
    this.make = make;
  }

  /** Nothing is kept. */
  get isEmpty(): boolean {
    return this.source === undefined;
  }

  /** What `make` makes of the list, or has made of the very same one just before. */
  of(pieces: Pieces): Pieces {
    if (pieces === this.source) return this.made;
    this.made = this.make(pieces);
    this.source = pieces;
    return this.made;
  }

  clear(): void {
    this.source = undefined;
    this.made = [];
  }
}
