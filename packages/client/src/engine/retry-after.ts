/** When a server wants a client back, in milliseconds: what its close packet or its HTTP answer says. */

/** The longest that timers can wait. */
export const longestDelay = 2 ** 31 - 1;

function delayOf(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? Math.min(value, longestDelay) : undefined;
}

/** @param data of a close packet: `{"retry":ms}` (docs/extras.md) */
export function retryOfClose(data: unknown): number | undefined {
  try {
    const said: { readonly retry?: unknown } = JSON.parse(String(data));
    return delayOf(said.retry);
  } catch {
    return undefined;
  }
}

/** What a Response and an XMLHttpRequest have. */
interface Answer {
  readonly headers?: { get?(name: string): string | null };
  getResponseHeader?(name: string): string | null;
}

/** @param error of a transport; its `context` may be an HTTP answer with `Retry-After` (RFC 9110 §10.2.3) */
export function retryOfError(error: Error): number | undefined {
  const answer: Answer = Object("context" in error && error.context);
  const said = answer.headers?.get?.("retry-after") ?? answer.getResponseHeader?.("retry-after");
  if (!said) return undefined;
  return delayOf(/^\d+$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - Date.now());
}
