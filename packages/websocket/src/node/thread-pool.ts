/** zlib in Node's thread pool: no more jobs at once than one limiter for the whole process lets. */

import { errorOf } from "./deflate-window.ts";
import { Limiter } from "./limiter.ts";

const defaultConcurrency = 10;
let limiter: Limiter | undefined;

/** The first connection decides for all. */
export function limitConcurrency(concurrency: number = defaultConcurrency): Limiter {
  limiter ??= new Limiter(concurrency);
  return limiter;
}

/** Starts one of zlib's functions that end with a callback, now or later. What it throws is given to `done` too. */
export function inThreadPool<Result>(
  start: (then: (error: Error | null, result: Result) => void) => void,
  done: (outcome: Result | Error) => void,
): void {
  limitConcurrency().add((leave) => {
    try {
      start((error, result) => {
        leave();
        done(error ?? result);
      });
    } catch (error) {
      leave(); // an option that zlib does not take
      process.nextTick(done, errorOf(error));
    }
  });
}
