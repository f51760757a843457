/** Jobs of which only so many are under way at once; the others wait, first come, first served. */

/** Calls `leave` once, when it is over. */
export type LimitedJob = (leave: () => void) => void;

export class Limiter {
  private readonly concurrency: number;
  private readonly waiting: LimitedJob[] = [];
  private running = 0;

  /** @param concurrency most jobs at once; 0 and Infinity for no limit */
  constructor(concurrency: number) {
    this.concurrency = concurrency || Number.POSITIVE_INFINITY;
  }

  /** Runs `job` now, or when others have left. */
  add(job: LimitedJob): void {
    this.waiting.push(job);
    this.next();
  }

  private next(): void {
    if (this.running >= this.concurrency) return;
    const job = this.waiting.shift();
    if (job === undefined) return;
    this.running++;
    job(this.leave);
  }

  private readonly leave = (): void => {
    this.running--;
    this.next();
  };
}
