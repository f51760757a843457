/** Listeners of every event of a socket, in the order in which they are called (`onAny`, `onAnyOutgoing`). */

import type { Anything } from "@anywire/protocol/emitter";
import { attempt } from "./dispatch.ts";

/** Called with the name of the event and its arguments. */
export type CatchAllListener = (event: string, ...args: Anything[]) => void;

export class CatchAll {
  private listeners: readonly CatchAllListener[] = [];

  /** All of them, in order. A copy: changing it changes nothing. */
  get list(): CatchAllListener[] {
    return [...this.listeners];
  }

  get isEmpty(): boolean {
    return this.listeners.length === 0;
  }

  append(listener: CatchAllListener): void {
    this.listeners = [...this.listeners, listener];
  }

  prepend(listener: CatchAllListener): void {
    this.listeners = [listener, ...this.listeners];
  }

  /** @param listener undefined removes all; else only the first of those that are the same */
  remove(listener: CatchAllListener | undefined): void {
    const at = listener === undefined ? -1 : this.listeners.indexOf(listener);
    if (listener === undefined) this.listeners = [];
    else if (at !== -1) this.listeners = this.listeners.filter((_, index) => index !== at);
  }

  /**
   * Those that are added or removed meanwhile count from the next event on.
   * @param event its name and arguments
   * @param failed told what a listener throws or rejects with; the others are called all the same
   */
  call(thisValue: unknown, event: readonly unknown[], failed: (error: unknown) => void): void {
    for (const listener of this.listeners) attempt(() => Reflect.apply(listener, thisValue, event), failed);
  }
}
