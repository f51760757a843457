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
  const clock = (): typeof native => (useNativeTimers ? native : globalThis);
  return {
    set(then, delay) {
      const { setTimeout } = clock();
      const timer: Timer = setTimeout(then, delay);
      if (autoUnref) timer.unref?.();
      return timer;
    },
    clear(timer) {
      const { clearTimeout } = clock();
      clearTimeout(timer);
    },
  };
}
