/** Text that comes in pieces, written together once and not at each piece. Pure. */

/** So many pieces are written together: else one of a single character would take forty times its size, or hold all of a text. */
const batch = 128;

/**
 * How it works: the newest pieces are added up, which engines do by reference, and written out when they are many, or let go. What was
 * written out goes to a list, and the list to a list of its own when it is long. So a character is copied four times at most.
 */
export class TextPieces {
  private readonly separator: string;
  /** Pieces as they came: views of the texts that they were cut from. */
  private newest = "";
  private newestCount = 0;
  private count = 0;
  private written: string[] = [];
  private longer: string[] = [];
  /** Characters written out, with a separator behind each. */
  private writtenLength = 0;

  constructor(separator: string) {
    this.separator = separator;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Characters of the whole, separators included. */
  get length(): number {
    const length = this.writtenLength + this.newest.length;
    return this.newestCount === 0 && this.hasWritten ? length - this.separator.length : length;
  }

  push(piece: string): void {
    this.newest = this.newestCount === 0 ? piece : this.newest + this.separator + piece;
    this.newestCount += 1;
    this.count += 1;
    if (this.newestCount === batch) this.detach();
  }

  /** Lets go of the texts that the pieces were cut from. Costs as much as was pushed since the last call. */
  detach(): void {
    if (this.newestCount === 0) return;
    this.written.push(copyOf(this.newest));
    this.writtenLength += this.newest.length + this.separator.length;
    this.newest = "";
    this.newestCount = 0;
    if (this.written.length === batch) this.longer.push(this.written.splice(0).join(this.separator));
  }

  /** The whole; nothing is left behind. */
  take(): string {
    if (this.hasWritten) return this.takeWritten();
    const text = this.newest;
    this.newest = "";
    this.newestCount = 0;
    this.count = 0;
    return text;
  }

  /** The whole with one more piece. */
  takeWith(piece: string): string {
    this.push(piece);
    return this.take();
  }

  clear(): void {
    const { hasWritten } = this;
    this.newest = "";
    this.newestCount = 0;
    this.count = 0;
    if (!hasWritten) return;
    this.written = [];
    this.longer = [];
    this.writtenLength = 0;
  }

  private get hasWritten(): boolean {
    return this.count !== this.newestCount;
  }

  private takeWritten(): string {
    this.detach();
    const text = this.longer.concat(this.written).join(this.separator);
    this.clear();
    return text;
  }
}

/**
 * The same text in memory of its own. Engines make a slice a view that holds the whole text it was cut from, and a sum of two texts
 * a pair of views; but a join of two is written anew by all of them.
 */
export function copyOf(text: string): string {
  return [" ", text].join("").slice(1);
}
