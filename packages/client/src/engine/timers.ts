/** Timers as the options want them: `useNativeTimers`, `autoUnref`. */

export type Timer = ReturnType<typeof globalThis.setTimeout>;

export interface Timers {
  set(then: () => void, delay: number): Timer;
  clear(timer: Timer | undefined): void;
}

export interface TimerOptions {
  readonly useNativeTimers?: boolean | undefined;
  readonly autoUnref?: boolean | undefined;
}

/** Those that were there when the module was loaded, whatever fake clock came since. */
const native = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

export function timersFor({ useNativeTimers, autoUnref }: TimerOptions): Timers {
  const clock = (): typeof native => (useNativeTimers ? native : globalThis);
  return {
    set(then, delay) {
      const timer: Timer | number = clock().setTimeout.call(globalThis, then, delay);
      if (autoUnref && typeof timer === "object") timer.unref();
      return timer;
    },
    clear: (timer) => clock().clearTimeout.call(globalThis, timer),
  };
}
