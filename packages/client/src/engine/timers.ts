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
const native = { setTimeout, clearTimeout };

export function timersFor({ useNativeTimers, autoUnref }: TimerOptions): Timers {
  return {
    set(then, delay) {
      const timer: Timer = (useNativeTimers ? native.setTimeout : setTimeout)(then, delay);
      if (autoUnref) timer.unref?.();
      return timer;
    },
    clear: (timer) => (useNativeTimers ? native.clearTimeout : clearTimeout)(timer),
  };
}
