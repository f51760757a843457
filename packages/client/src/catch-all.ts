/** Listeners of all events in one direction: `onAny` and `onAnyOutgoing`. */

import type { Anything } from "@anywire/protocol/emitter";

export type AnyListener = (...args: Anything[]) => void;

export class CatchAll {
  /** In the order in which they are called. The program may change the list itself. */
  readonly listeners: AnyListener[] = [];

  append(listener: AnyListener): void {
    this.listeners.push(listener);
  }

  prepend(listener: AnyListener): void {
    this.listeners.unshift(listener);
  }

  /** Without a listener: all. */
  remove(listener?: AnyListener): void {
    const at = listener ? this.listeners.indexOf(listener) : 0;
    if (at >= 0) this.listeners.splice(at, listener ? 1 : this.listeners.length);
  }

  /** Listeners may come and go meanwhile. */
  call(target: object, args: readonly unknown[]): void {
    for (const listener of [...this.listeners]) Reflect.apply(listener, target, args);
  }
}
