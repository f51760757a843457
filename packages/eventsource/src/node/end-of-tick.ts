/**
 * The end of the tick: the one point at which streams leave.
 *
 * Where the platform has it, it is the check phase of the event loop, behind all input of this turn; else the next turn.
 * An event that is followed by a blocking loop leaves late; `flush()` does not wait.
 */

export interface Ticking {
  endOfTick(): void;
}

/** Taken once, so that nobody's fake timers stop the streams. */
const schedule: (then: () => void) => unknown = typeof setImmediate === "function" ? setImmediate : setTimeout;

let waiting: Ticking[] = [];
let afterwards: (() => void)[] = [];
let scheduled = false;
let exitCovered = false;

/** Once for each time it is asked; also when the process exits before the tick has ended. */
export function atEndOfTick(ticking: Ticking): void {
  waiting.push(ticking);
  if (!scheduled) begin();
}

/** When all that end with this tick have done so. */
export function afterTick(then: () => void): void {
  afterwards.push(then);
  if (!scheduled) begin();
}

function begin(): void {
  scheduled = true;
  schedule(endTick);
  if (exitCovered) return;
  exitCovered = true;
  globalThis.process?.once?.("exit", endTick);
}

function endTick(): void {
  const ending = waiting;
  waiting = [];
  for (const ticking of ending) {
    try {
      ticking.endOfTick();
    } catch (error) {
      throwLater(error); // the mistake of one listener is no reason to forget the others
    }
  }
  const over = afterwards;
  afterwards = [];
  for (const then of over) then();
  scheduled = false;
  if (waiting.length > 0) begin(); // sent by a listener meanwhile
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
