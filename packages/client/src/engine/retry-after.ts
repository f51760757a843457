/** When a server wants a client back. */

/** Milliseconds: half of what timers can wait, so that chance may add as much. */
export const longestDelay = 2 ** 30 - 1;

/** @returns milliseconds that a timer can wait; undefined for what is none */
export function delayOf(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? Math.min(value, longestDelay) : undefined;
}

/** What a Response has, and what Node's transports give. */
interface Answer {
  readonly headers?: { get?(name: string): string | null };
}

/**
 * @param error of a transport; its `context` may be an HTTP answer with `Retry-After`, in seconds (RFC 9110 §10.2.3)
 * @returns milliseconds; undefined for none at all, and for 0, by which all its clients would dial without a pause
 */
export function retryAfter(error: Error): number | undefined {
  const answer: Answer = Object(Object(error).context);
  return delayOf(parseInt(answer.headers?.get?.("retry-after") ?? "", 10) * 1_000 || undefined);
}
