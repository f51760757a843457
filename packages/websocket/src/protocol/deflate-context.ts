/**
 * The recent plaintext of one direction: what the next compressed message may point back into (RFC 7692 §7.1.1). Pure.
 *
 * It stands in for the window of a zlib stream, at the cost of the plaintext alone. What this connection wrote or read
 * is copied. What many connections share is kept as references, and joined only when this connection needs it.
 */

const nothing = new Uint8Array();
const smallestCapacity = 1024;
/** More shared messages than this are not kept: what is older than they are is forgotten. */
const mostShared = 64;

export class DeflateContext {
  /** Most bytes that are kept. */
  readonly size: number;
  /** What every context begins with: zlib's preset dictionary. */
  private readonly preset: Uint8Array;
  private memory: Uint8Array;
  private start = 0;
  private end: number;
  /** Later than what is in `memory`, in order. Others read it too: it is never written. */
  private shared: Uint8Array[] = [];
  private sharedLength = 0;

  constructor(size: number, preset: Uint8Array = nothing) {
    this.size = size;
    this.preset = lastOf(preset, size);
    this.memory = this.preset;
    this.end = this.preset.length;
  }

  /** A message, of which it copies what is worth keeping. */
  append(plain: Uint8Array): void {
    this.joinShared();
    this.copy(lastOf(plain, this.size));
  }

  /** A message to which it keeps a reference: `plain` must never change, and its memory be its own. */
  appendShared(plain: Uint8Array): void {
    const piece = plain.length > this.size ? sharedEnd(plain, this.size) : plain;
    this.shared.push(piece);
    this.sharedLength += piece.length;
    while (this.shared.length > mostShared || this.sharedLength - this.shared[0]!.length >= this.size)
      this.forgetOldest();
  }

  /** The last `length` bytes, or what there is of them. Theirs is the context's own memory, until the next message. */
  recent(length: number): Uint8Array {
    this.joinShared();
    return this.memory.subarray(Math.max(this.start, this.end - length), this.end);
  }

  /** Forgets all messages: no context takeover (§7.1.1). */
  reset(): void {
    this.shared = [];
    this.sharedLength = 0;
    this.restart(this.preset);
  }

  private joinShared(): void {
    const { shared } = this;
    if (shared.length === 0) return;
    this.shared = [];
    this.sharedLength = 0;
    for (const piece of shared) this.copy(piece);
  }

  /** What was before the oldest goes with it, for a context has no gaps. */
  private forgetOldest(): void {
    this.sharedLength -= this.shared.shift()!.length;
    this.restart(nothing);
  }

  private restart(memory: Uint8Array): void {
    this.memory = memory;
    this.start = 0;
    this.end = memory.length;
  }

  private copy(piece: Uint8Array): void {
    if (this.isOwn() && this.end + piece.length <= this.memory.length)
      this.start = Math.max(this.start, this.end + piece.length - this.size);
    else this.makeRoom(piece.length);
    this.memory.set(piece, this.end);
    this.end += piece.length;
  }

  private isOwn(): boolean {
    return this.memory !== this.preset;
  }

  /** Moves what is still within the window to the front. A quarter of slack, so that few messages do. */
  private makeRoom(length: number): void {
    const older = this.memory.subarray(Math.max(this.start, this.end - (this.size - length)), this.end);
    const room = older.length + length;
    const most = this.size + (this.size >> 2);
    const enough = Math.min(room + (room >> 2), most);
    if (!this.isOwn() || this.memory.length < enough) {
      this.memory = new Uint8Array(Math.min(Math.max(2 * room, smallestCapacity), most));
    }
    this.memory.set(older); // may overlap: `set` reads before it writes
    this.start = 0;
    this.end = older.length;
  }
}

function lastOf(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.subarray(Math.max(0, bytes.length - length));
}

/** Ends of long shared messages. Copies, so that nobody keeps the whole message; each copied once for all connections. */
const ends = new WeakMap<Uint8Array, Uint8Array>();

function sharedEnd(plain: Uint8Array, length: number): Uint8Array {
  const known = ends.get(plain);
  if (known !== undefined && known.length >= length) return lastOf(known, length);
  const end = plain.slice(plain.length - length);
  ends.set(plain, end);
  return end;
}
