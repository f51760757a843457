/** `socket.use`: functions that each event of a client passes before its listeners. */

/** Calls `next()` to let the event pass, `next(error)` to refuse it. It may change the event. */
export type EventMiddleware = (event: [name: string, ...args: unknown[]], next: (error?: Error) => void) => unknown;

/** @param done called with the first error, or with undefined behind the last of them */
export function runEventMiddleware(
  middleware: readonly EventMiddleware[],
  event: [name: string, ...args: unknown[]],
  done: (error: unknown) => void,
): void {
  const steps = [...middleware];
  const run = (at: number): void => {
    const step = steps[at];
    if (step === undefined) return done(undefined);
    let isDone = false;
    const result = step(event, (error) => {
      if (isDone) return;
      isDone = true;
      if (error === undefined || error === null) run(at + 1);
      else done(error);
    });
    if (result instanceof Promise) result.catch(done);
  };
  run(0);
}
