/** Text that comes in pieces and is joined once, so that a million pieces cost what they hold (§9.2.5 lets a stream be cut anywhere). Pure. */

/** So many pieces become one: a string of its own for each character would take forty times what it holds. */
const foldAt = 128;

export class TextPieces {
  private readonly separator: string;
  /** Pieces that were joined already, each of `foldAt`. */
  private folded: string[] = [];
  /** The pieces since; those before `owned` are copies, those from `held` on are room for more. */
  private pieces: string[] = [];
  private held = 0;
  private owned = 0;
  private characters = 0;

  constructor(separator: string) {
    this.separator = separator;
  }

  get isEmpty(): boolean {
    return this.held === 0 && this.folded.length === 0;
  }

  /** Characters of the whole, separators included. */
  get length(): number {
    return this.characters;
  }

  push(piece: string): void {
    this.characters += this.isEmpty ? piece.length : piece.length + this.separator.length;
    this.pieces[this.held] = piece;
    this.held += 1;
    if (this.held === foldAt) this.fold();
  }

  /** Lets go of the texts that the pieces were cut from: costs as much as was pushed since the last call. */
  detach(): void {
    for (let i = this.owned; i < this.held; i++) this.pieces[i] = copyOf(this.pieces[i]!);
    this.owned = this.held;
  }

  /** The whole; nothing is left behind. */
  take(): string {
    if (this.held === 1 && this.folded.length === 0) return this.takeOnly();
    this.fold();
    const text = this.folded.join(this.separator);
    this.clear();
    return text;
  }

  clear(): void {
    this.folded = [];
    this.pieces = [];
    this.held = 0;
    this.owned = 0;
    this.characters = 0;
  }

  /** Nearly every line and every event is one piece: the list stays, emptied, for the next. */
  private takeOnly(): string {
    const text = this.pieces[0]!;
    this.pieces[0] = "";
    this.held = 0;
    this.owned = 0;
    this.characters = 0;
    return text;
  }

  private fold(): void {
    if (this.held === 0) return;
    this.pieces.length = this.held;
    this.folded.push(this.pieces.join(this.separator));
    this.pieces = [];
    this.held = 0;
    this.owned = 0;
  }
}

/**
 * The same text in memory of its own. Engines make a slice a view that keeps the whole text it was cut from, and a sum of two texts
 * a pair of views; a join of two writes its characters anew in all of them.
 */
export function copyOf(text: string): string {
  return [" ", text].join("").slice(1);
}
