/** Listeners of all events in one direction: `onAny` and `onAnyOutgoing`. */

import type { Anything } from "@anywire/protocol/emitter";

export type AnyListener = (...args: Anything[]) => void;

export class CatchAll {
  /** Never changed, so that it may be walked while listeners come and go. */
  #list: readonly AnyListener[] = [];

  /** A copy, in the order in which they are called. */
  get listeners(): AnyListener[] {
    return [...this.#list];
  }

  append(listener: AnyListener): void {
    this.#list = [...this.#list, listener];
  }

  prepend(listener: AnyListener): void {
    this.#list = [listener, ...this.#list];
  }

  /** Without a listener: all. */
  remove(listener?: AnyListener): void {
    const at = listener === undefined ? -1 : this.#list.indexOf(listener);
    if (listener === undefined) this.#list = [];
    else if (at >= 0) this.#list = this.#list.toSpliced(at, 1);
  }

  call(target: object, args: readonly unknown[]): void {
    for (const listener of this.#list) Reflect.apply(listener, target, args);
  }
}
