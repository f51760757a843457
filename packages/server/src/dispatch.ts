/** Calls the program's functions. They may be async; an error in one goes to `failed`, and never further. */

import type { EventEmitter } from "node:events";

interface Dispatch {
  readonly emitter: EventEmitter;
  readonly event: string;
  readonly args: readonly unknown[];
  failed(error: unknown): void;
}

/**
 * Calls all listeners of an event.
 * @returns one promise for each that has not finished; none of them rejects
 */
export function dispatch({ emitter, event, args, failed }: Dispatch): Promise<void>[] {
  const pending: Promise<void>[] = [];
  for (const listener of emitter.rawListeners(event)) {
    const unfinished = attempt(() => Reflect.apply(listener, emitter, args), failed);
    if (unfinished !== undefined) pending.push(unfinished);
  }
  return pending;
}

/** @returns a promise if what was called has not finished; it does not reject */
export function attempt(call: () => unknown, failed: (error: unknown) => void): Promise<void> | undefined {
  try {
    const result = call();
    if (isThenable(result)) return Promise.resolve(result).then(() => {}, failed);
  } catch (error) {
    failed(error);
  }
  return undefined;
}

/** Promises of other libraries and realms count too. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
