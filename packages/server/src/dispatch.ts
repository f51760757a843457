/** Calls the program's listeners. They may be async; an error in one goes to `failed`, and never further. */

import type { EventEmitter } from "node:events";

export interface Dispatch {
  readonly emitter: EventEmitter;
  readonly event: string;
  readonly args: readonly unknown[];
  failed(error: unknown): void;
}

/** @returns one promise for each listener that has not finished; none of them rejects */
export function dispatch({ emitter, event, args, failed }: Dispatch): Promise<void>[] {
  const pending: Promise<void>[] = [];
  for (const listener of emitter.rawListeners(event)) {
    try {
      const result: unknown = Reflect.apply(listener, emitter, args);
      if (result instanceof Promise) pending.push(result.then(() => {}, failed));
    } catch (error) {
      failed(error);
    }
  }
  return pending;
}
