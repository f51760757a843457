/** Acknowledgements that a socket waits for, by the ids of their packets. */

import { ClientError } from "./errors.ts";
import { isolate } from "./isolate.ts";

/** Called with the error, or with null and what the server answered. */
export type AckListener = (error: Error | null, ...answer: unknown[]) => void;

export interface AckTerms {
  readonly listener: AckListener;
  /** Ends the waiting: milliseconds. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Nobody waits any more, and no answer came: the packet need not be sent. */
  readonly abandon: () => void;
}

export interface AckTimers {
  set(then: () => void, delay: number): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: each platform has its own kind
  clear(timer: any): void;
}

export class PendingAcks {
  readonly #timers: AckTimers;
  readonly #pending = new Map<number, AckListener>();

  constructor(timers: AckTimers) {
    this.#timers = timers;
  }

  get ids(): number[] {
    return [...this.#pending.keys()];
  }

  expect(id: number, { listener, timeout, signal, abandon }: AckTerms): void {
    const fail = (error: Error): void => {
      abandon();
      this.settle(id, error);
    };
    const timer =
      timeout === undefined
        ? undefined
        : this.#timers.set(() => fail(new ClientError("timeout", "operation has timed out")), timeout);
    const aborted = (): void => fail(signal?.reason);
    signal?.addEventListener("abort", aborted);
    this.#pending.set(id, (error, ...answer) => {
      this.#timers.clear(timer);
      signal?.removeEventListener("abort", aborted);
      listener(error, ...answer);
    });
    if (signal?.aborted) queueMicrotask(aborted);
  }

  /** Ignored if nobody waits for it. */
  settle(id: number | undefined, error: Error | null, answer: readonly unknown[] = []): void {
    const listener = id === undefined ? undefined : this.#pending.get(id);
    if (id === undefined || listener === undefined) return;
    this.#pending.delete(id);
    isolate(() => listener(error, ...answer));
  }
}
