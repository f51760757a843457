/** Who listens to what. */

import type { Anything } from "@anywire/protocol/emitter";

type Listener = (...args: Anything[]) => unknown;

/** A part of a socket. Methods return the whole. */
export interface Listeners {
  on(name: Anything, listener: Listener, isOnce?: boolean): Anything;
  once(name: Anything, listener: Listener): Anything;
  off(name: Anything, listener?: Listener): Anything;
  tell(name: string, ...args: Anything[]): void;
}

export function listeners(): Listeners {
  const all = new Set<readonly [name: unknown, listener: Listener, isOnce: boolean | undefined]>();
  return {
    on(name, listener, isOnce) {
      all.add([name, listener, isOnce]);
      return this;
    },
    once(name, listener) {
      return this.on(name, listener, true);
    },
    off(name, listener) {
      for (const each of all) if (each[0] === name && (!listener || each[1] === listener)) all.delete(each);
      return this;
    },
    tell(name, ...args) {
      for (const each of [...all])
        if (each[0] === name) {
          if (each[2]) all.delete(each);
          each[1](...args);
        }
    },
  };
}
