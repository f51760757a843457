/**
 * The end of the tick: the one point at which frames leave that were sent outside their own connection's input.
 *
 * It is the check phase of the event loop, behind all input of this turn: what a hundred clients said in one turn
 * leaves to each listener as one write. A `send` followed by a blocking loop leaves late; `flush()` does not wait.
 */

import { throwLater } from "./throw-later.ts";

export interface Ticking {
  endOfTick(): void;
}

/** Taken once, so that nobody's fake timers stop the sockets. */
const schedule = setImmediate;

let waiting: Ticking[] = [];
let exitCovered = false;

/** Once for each time it is asked; also when the process exits before the tick has ended. */
export function atEndOfTick(connection: Ticking): void {
  if (waiting.push(connection) === 1) schedule(endTick);
  if (exitCovered) return;
  exitCovered = true;
  process.once("exit", endTick);
}

function endTick(): void {
  const connections = waiting;
  waiting = [];
  for (const connection of connections) {
    try {
      connection.endOfTick();
    } catch (error) {
      throwLater(error); // a stream that throws from its write is no reason to forget the others
    }
  }
}
