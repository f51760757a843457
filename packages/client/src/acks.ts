/** Acknowledgements that a socket waits for, by the ids of their packets. */

import type { Timers } from "./engine/timers.ts";
import { ClientError } from "./errors.ts";
import { isolate } from "./isolate.ts";

type AckOutcome = [error: Error | null, ...answer: unknown[]];

/** Called with the error, or with null and what the server answered. */
export type AckListener = (...outcome: AckOutcome) => void;

export type PendingAcks = Map<number | undefined, AckListener>;

export interface ExpectedAck {
  readonly id: number;
  readonly listener: AckListener;
  /** Ends the waiting: milliseconds. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Nobody waits any more, and no answer came: the packet need not be sent. */
  readonly abandon: () => void;
}

export function expectAck(pending: PendingAcks, timers: Timers, ack: ExpectedAck): void {
  const { id, listener, timeout, signal, abandon } = ack;
  pending.set(id, listener);
  if ((timeout ?? signal) === undefined) return; // nothing else ends it, as for most: less to keep
  const fail = (error: Error): void => {
    abandon();
    settleAck(pending, id, [error]);
  };
  const late = (): void => fail(new ClientError("timeout", "operation has timed out"));
  const timer = timeout === undefined ? undefined : timers.set(late, timeout);
  const aborted = (): void => fail(signal?.reason);
  signal?.addEventListener("abort", aborted);
  pending.set(id, (...outcome) => {
    timers.clear(timer);
    signal?.removeEventListener("abort", aborted);
    listener(...outcome);
  });
  if (signal?.aborted) queueMicrotask(aborted);
}

/** Ignored if nobody waits for it. */
export function settleAck(pending: PendingAcks, id: number | undefined, outcome: AckOutcome): void {
  const listener = pending.get(id);
  pending.delete(id);
  isolate(() => listener?.(...outcome));
}
