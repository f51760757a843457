/** Random numbers that come again with their seed (mulberry32). */

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** At least 0, below `end`. */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % end;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}
