/** How long to wait before the next try: twice as long each time, spread by chance so that clients do not come back all at once. */

export interface BackoffRules {
  /** Milliseconds before the first try. */
  readonly min: number;
  /** Milliseconds, at most. */
  readonly max: number;
  /** Part of the delay that chance may add or take away, 0 to 1. */
  readonly jitter: number;
}

/**
 * @param attempts tries that have failed since the last success
 * @param random of 0 to 1, 1 excluded
 * @returns milliseconds, whole, never more than `max`
 */
export function backoff(attempts: number, { min, max, jitter }: BackoffRules, random: number): number {
  const delay = min * 2 ** attempts;
  return Math.floor(Math.min(delay * (1 + jitter * (2 * random - 1)), max));
}
