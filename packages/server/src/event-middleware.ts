/** `socket.use`: functions that each event of a client passes before its listeners. */

import type { Event } from "./reserved-events.ts";

/** Calls `next()` to let the event pass, `next(error)` to refuse it. It may change the event. */
export type EventMiddleware = (event: Event, next: (error?: Error) => void) => void;

/** @param done called with the first error, or with undefined behind the last of them */
export function runEventMiddleware(
  middleware: readonly EventMiddleware[],
  event: Event,
  done: (error: unknown) => void,
): void {
  const steps = [...middleware];
  const run = (at: number): void => {
    const step = steps[at];
    if (step === undefined) return done(undefined);
    let isDone = false;
    const result: unknown = step(event, (error) => {
      if (isDone) return;
      isDone = true;
      if (error === undefined || error === null) run(at + 1);
      else done(error);
    });
    if (result instanceof Promise) result.catch(done);
  };
  run(0);
}
