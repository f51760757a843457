/** `socket.use`: functions that each event of a client passes before its listeners. */

import { attempt } from "./dispatch.ts";
import type { Event } from "./reserved-events.ts";

/** Calls `next()` to let the event pass, `next(error)` to refuse it. It may change the event. */
export type EventMiddleware = (event: Event, next: (error?: Error) => void) => void;

/** How an event comes out of them. */
export interface EventPassage {
  /** Behind the last of them. Throws nothing. */
  passed(): void;
  /** One has given an error to `next`. */
  refused(error: unknown): void;
  /** One has gone wrong itself: what it says afterwards does not count. */
  failed(error: unknown): void;
}

export function runEventMiddleware(
  middleware: readonly EventMiddleware[],
  event: Event,
  { passed, refused, failed }: EventPassage,
): void {
  const steps = [...middleware];
  const run = (at: number): void => {
    const step = steps[at];
    if (step === undefined) return passed();
    let isDone = false;
    const next = (error: unknown): void => {
      if (isDone) return;
      isDone = true;
      if (error) refused(error);
      else run(at + 1);
    };
    attempt(
      () => step(event, next),
      (error) => {
        isDone = true;
        failed(error);
      },
    );
  };
  run(0);
}
