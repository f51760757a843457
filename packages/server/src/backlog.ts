/** What waits for a slow client: a budget of bytes, and a deadline for the oldest of them that a trickle cannot reset. */

export interface BacklogLimits {
  readonly bytes: number;
  /** Milliseconds that any byte may wait. */
  readonly age: number;
}

/** All bytes up to `end` (counted from the first one ever sent) were there at `at`. */
interface Mark {
  end: number;
  readonly at: number;
}

/** Marks are this fine a part of the age. */
const marksPerAge = 32;

export class Backlog {
  private readonly limits: BacklogLimits;
  private sent = 0;
  private waiting = 0;
  /** Ascending; empty while nothing waits. */
  private readonly marks: Mark[] = [];

  constructor(limits: BacklogLimits) {
    this.limits = limits;
  }

  /** `bytes` more were sent, and now `waiting` bytes are unsent. */
  add(bytes: number, waiting: number, now: number): void {
    this.sent += bytes;
    this.settle(waiting);
    if (waiting === 0) return;
    const last = this.marks.at(-1);
    if (last !== undefined && now - last.at < this.limits.age / marksPerAge) last.end = this.sent;
    else this.marks.push({ end: this.sent, at: now });
  }

  /** Now `waiting` bytes are unsent. */
  settle(waiting: number): void {
    this.waiting = waiting;
    const left = this.sent - waiting;
    while (this.marks[0] !== undefined && (waiting === 0 || this.marks[0].end <= left)) this.marks.shift();
  }

  /** Bytes or time are over the limit. */
  isExceeded(now: number): boolean {
    return this.waiting > this.limits.bytes || now >= this.deadline;
  }

  /** When the oldest byte has waited too long; Infinity if none waits. */
  get deadline(): number {
    const oldest = this.marks[0];
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.at + this.limits.age;
  }
}
