/** How an attempt of an event source ended (WHATWG HTML §9.2.3), and what that means to the next. */

import { describeError, type ErrorEventInit } from "./error-event.ts";
import type { BufferLimitError, EventStreamErrorCode } from "./protocol/errors.ts";

/** How an attempt ended. */
export interface Outcome {
  readonly trouble: ErrorEventInit;
  /** The source fails, and does not come back. */
  readonly final: boolean;
  /** Milliseconds that the server asked to stay away. */
  readonly retryAfter?: number | undefined;
}

/** The stream is over, as it may be. */
export const ended: Outcome = { trouble: {}, final: false };

export function final(message: string, code: number): Outcome {
  return { trouble: { message, code }, final: true };
}

type ErrorCode = EventStreamErrorCode | BufferLimitError["code"];

/** Errors after which to try again is futile (§9.2.3): the next attempt would meet the same. */
const futile: ReadonlySet<unknown> = new Set<ErrorCode>([
  "bad-header",
  "body-used",
  "unsendable-id",
  "redirect-scheme",
  "max-buffer-size-exceeded",
]);

/** An abort that was not ours was the program's: "if res is an aborted network error, then fail the connection". */
export function outcomeOf(error: unknown): Outcome {
  const trouble = { message: describeError(error), error };
  if (!(error instanceof Error)) return { trouble, final: false };
  return { trouble, final: error.name === "AbortError" || ("code" in error && futile.has(error.code)) };
}
