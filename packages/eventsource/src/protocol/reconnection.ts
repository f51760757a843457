/** When to come back (WHATWG HTML §9.2.3, "reestablish the connection"). Pure: randomness comes in as a number. */

/** How the wait grows over failures in a row. The options' border has seen to the numbers. */
export interface BackoffPolicy {
  /** 1 or more. */
  readonly factor: number;
  /** Milliseconds after which it grows no more. A longer reconnection time of the server stands all the same. */
  readonly maxDelay: number;
  /** Up to this part of a grown wait is added to it, so that clients that failed together come back one by one. */
  readonly jitter: number;
}

export interface ReconnectionPolicy {
  /** Undefined: every wait is the reconnection time. */
  readonly backoff: BackoffPolicy | undefined;
  /** Statuses that are tried again although the standard gives up. */
  readonly statuses: ReadonlySet<number>;
  /** How often to come back without a stream that opened. */
  readonly maxRetries: number;
  /** Milliseconds; a server that asks for more gets this. */
  readonly maxRetryAfter: number;
}

/** The standard lets the client choose: "in the region of a few seconds" (§9.2.2). */
const defaultTime = 3_000;

/** What grows if the server wants its clients back sooner than that, or with `retry: 0` at once. */
const leastGrowing = 100;

/** 2^31 - 1 ms, 24.8 days: a timer that is given more fires at once. */
const longestWait = 2 ** 31 - 1;

export class Reconnection {
  /** The reconnection time in milliseconds (§9.2.2): set it to what a `retry` field says (§9.2.6). */
  time = defaultTime;

  private readonly policy: ReconnectionPolicy;
  private wasOpen = false;
  private retries = 0;
  /** In a row; the end of an open stream is none. */
  private failures = 0;

  constructor(policy: ReconnectionPolicy) {
    this.policy = policy;
  }

  /** Whether an answer of this status is tried again although the standard gives up. */
  accepts(status: number): boolean {
    return this.policy.statuses.has(status);
  }

  /** A stream opened: what failed before is forgotten. */
  opened(): void {
    this.wasOpen = true;
    this.retries = 0;
    this.failures = 0;
  }

  /**
   * An open stream ended, or an attempt failed.
   *
   * The first failure waits for `time` exactly, as does the end of an open stream. Further failures in a row wait for
   * `time × factor ^ n`, but no longer than the greater of `time` and `maxDelay`, plus less than `jitter` of all that.
   * @param random in [0, 1)
   * @param retryAfter milliseconds that the server asked for
   * @returns whole milliseconds until the next attempt; undefined when there is to be none
   */
  next(random: number, retryAfter = 0): number | undefined {
    if (this.retries >= this.policy.maxRetries) return undefined;
    this.retries++;
    if (!this.wasOpen) this.failures++;
    this.wasOpen = false;
    const asked = Math.min(retryAfter, this.policy.maxRetryAfter);
    return Math.min(Math.ceil(Math.max(this.wait(random), asked)), longestWait);
  }

  /** To "wait some more" is for after a failed attempt (§9.2.3). */
  private wait(random: number): number {
    const { backoff } = this.policy;
    if (backoff === undefined || this.failures <= 1) return this.time;
    const grown = Math.max(this.time, leastGrowing) * backoff.factor ** (this.failures - 1);
    const capped = Math.min(grown, Math.max(this.time, backoff.maxDelay));
    return Math.floor(capped * (1 + backoff.jitter * random));
  }
}
