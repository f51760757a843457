/** The function that a handler is given to answer with, as last argument. */

import type { Answer } from "./link.ts";
import type { Reply } from "./once.ts";

interface AckFunction {
  /** Answers. Only the first call counts. */
  (...answer: unknown[]): void;
  /** The handler has failed: so is the ack. */
  readonly failed: (error: unknown) => void;
  /** No handler is called after all: there will be no answer. */
  readonly dropped: (() => void) | undefined;
}

/**
 * @param reply called once, with what the program gave, which may change afterwards
 * @param timeout milliseconds after which it is answered with the error `timeout`; undefined waits
 * @param dropped called instead, if no handler is called after all
 */
export function ackFunction(reply: Reply, timeout: number | undefined, dropped?: () => void): AckFunction {
  let pending: Reply | undefined = reply;
  const settle = (answer: Answer): void => {
    clearTimeout(timer);
    const give = pending;
    pending = undefined;
    give?.(answer);
  };
  const late = (): void => settle(failure("timeout", "it was not answered in time"));
  const timer = timeout === undefined ? undefined : setTimeout(late, timeout).unref();
  const drop = (): void => {
    clearTimeout(timer);
    pending = undefined;
    dropped?.();
  };
  return Object.assign((...answer: unknown[]) => settle({ args: answer }), {
    failed: (error: unknown) => settle(failureOf(error)),
    dropped: dropped && drop,
  });
}

/** The handler of the event that had these arguments has failed. */
export function failAck(args: readonly unknown[], error: unknown): void {
  const last = args.at(-1);
  if (isAckFunction(last)) last.failed(error);
}

/** No handler of the event that had these arguments is called any more. */
export function dropAck(args: readonly unknown[]): void {
  const last = args.at(-1);
  if (isAckFunction(last)) last.dropped?.();
}

export function failure(code: string, message: string): Answer {
  return { error: { code, message } };
}

function isAckFunction(value: unknown): value is AckFunction {
  return typeof value === "function" && "failed" in value && typeof value.failed === "function";
}

/** What the client is told of a handler's error: its own code and message. */
function failureOf(error: unknown): Answer {
  if (typeof error !== "object" || error === null) return failure("handler-error", String(error));
  const code = "code" in error && typeof error.code === "string" ? error.code : "handler-error";
  return failure(code, "message" in error && typeof error.message === "string" ? error.message : "the handler failed");
}
