/** Listeners of all events in one direction, in the order in which they are called: `onAny` and `onAnyOutgoing`. */

import type { Anything } from "@anywire/protocol/emitter";
import { isolate } from "./isolate.ts";

export type AnyListener = (...args: Anything[]) => void;

/** In place: the program has the list itself. Without a listener: all. */
export function removeListener(listeners: AnyListener[], listener?: AnyListener): void {
  const at = listener ? listeners.indexOf(listener) : 0;
  if (at >= 0) listeners.splice(at, listener ? 1 : listeners.length);
}

/** They may come and go meanwhile. */
export function callListeners(listeners: readonly AnyListener[], target: object, args: unknown[]): void {
  for (const listener of [...listeners]) isolate(() => listener.apply(target, args));
}
