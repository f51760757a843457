/** Who calls a connection when its time has come. */

export interface Timed {
  /** @returns when it is due next; Infinity for never */
  tick(now: number): number;
}

export interface Deadlines {
  /** Milliseconds, as of the last look at the clock: good enough for a sign of life, and free. */
  readonly now: number;
  /** Milliseconds, exactly. */
  time(): number;
  /** Calls `tick` once `due` has passed, and again when that says so. */
  schedule(task: Timed, due: number): void;
  cancel(task: Timed): void;
}
