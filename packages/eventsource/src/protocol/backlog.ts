/** How long the bytes of one stream have waited. Pure: time comes in as `now`, in milliseconds. */

/** All bytes up to `end` (counted from the first one that ever waited) were there at `at`. */
interface Mark {
  end: number;
  readonly at: number;
}

/** Marks are this fine a part of the age. */
const marksPerAge = 8;

/** A trickle does not reset the age: what counts is the oldest byte that waits, not when the last one left. */
export class Backlog {
  private readonly age: number;
  /** Bytes that ever waited. */
  private queued = 0;
  /** Ascending; empty while nothing waits. */
  private readonly marks: Mark[] = [];

  /** @param age milliseconds that any byte may wait */
  constructor(age: number) {
    this.age = age;
  }

  get isEmpty(): boolean {
    return this.marks.length === 0;
  }

  /** `bytes` more wait, and now `waiting` bytes do. */
  add(bytes: number, waiting: number, now: number): void {
    this.queued += bytes;
    this.settle(waiting);
    if (waiting === 0) return;
    const last = this.marks.at(-1);
    if (last !== undefined && now - last.at < this.age / marksPerAge) last.end = this.queued;
    else this.marks.push({ end: this.queued, at: now });
  }

  /** Now `waiting` bytes wait. */
  settle(waiting: number): void {
    const left = this.queued - waiting;
    while (this.marks[0] !== undefined && (waiting === 0 || this.marks[0].end <= left)) this.marks.shift();
  }

  /** The oldest byte has waited too long. */
  isOverdue(now: number): boolean {
    const oldest = this.marks[0];
    return oldest !== undefined && now - oldest.at >= this.age;
  }
}
