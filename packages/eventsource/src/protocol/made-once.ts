/** What many streams send in one tick is mostly the same: what is made of it is made for the first, and shared. Pure. */

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

  /** What `make` makes of the pieces, or has made of the very same ones just before. */
  of(pieces: Pieces): Pieces {
    if (this.source !== undefined && areSame(pieces, this.source)) return this.made;
    this.made = this.make(pieces);
    this.source = pieces;
    return this.made;
  }

  clear(): void {
    this.source = undefined;
    this.made = [];
  }
}

function areSame(some: Pieces, others: Pieces): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}
