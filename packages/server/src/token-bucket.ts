/** How much a session may send: a bucket of tokens that fills by time. */

interface Rate {
  /** Tokens added per second. */
  readonly perSecond: number;
  /** Tokens that fit, and that are there at first. */
  readonly burst: number;
}

export class TokenBucket {
  private readonly rate: Rate;
  private readonly now: () => number;
  private tokens: number;
  private filledAt: number;

  /** @param now milliseconds of a clock that never goes back */
  constructor(rate: Rate, now: () => number) {
    this.rate = rate;
    this.now = now;
    this.tokens = rate.burst;
    this.filledAt = now();
  }

  /** Takes a token. @returns 0, or, if there was none, the whole seconds until there is one */
  take(): number {
    const now = this.now();
    const { perSecond, burst } = this.rate;
    this.tokens = Math.min(burst, this.tokens + ((now - this.filledAt) / 1000) * perSecond);
    this.filledAt = now;
    if (this.tokens < 1) return Math.ceil((1 - this.tokens) / perSecond);
    this.tokens -= 1;
    return 0;
  }
}
