/** One exchange under way: counts the replies, keeps each one's latency, and gives up on a server that falls silent. */

import { Disqualified } from "./reply-checker.ts";

export class Exchange {
  /** Milliseconds, one for each reply. */
  readonly latencies: Float64Array;
  readonly done: Promise<void>;
  private filled = 0;
  private resolve: () => void = () => {};
  private reject: (error: unknown) => void = () => {};

  /** @param patience milliseconds without any reply after which the server counts as silent */
  constructor(replies: number, patience: number) {
    this.latencies = new Float64Array(replies);
    const watch = setInterval(this.watcher(), patience);
    this.done = new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    }).finally(() => clearInterval(watch));
    this.done.catch(() => {}); // it may fail before anyone awaits it
  }

  record(replies: number, latency: number): void {
    this.latencies.fill(latency, this.filled, this.filled + replies);
    this.filled += replies;
    if (this.filled === this.latencies.length) this.resolve();
  }

  fail(error: unknown): void {
    this.reject(error);
  }

  private watcher(): () => void {
    let seen = 0;
    return () => {
      if (this.filled === seen) this.fail(new Disqualified(`silent after ${seen} of ${this.latencies.length} replies`));
      seen = this.filled;
    };
  }
}
