/**
 * The end of the tick: the one point at which frames leave that were sent outside their own connection's input.
 *
 * It is the check phase of the event loop, behind all input of this turn: what a hundred clients said in one turn
 * leaves to each listener as one write. A `send` followed by a blocking loop leaves late; `flush()` does not wait.
 */

export interface Flushable {
  flush(): void;
}

/** Taken once, so that nobody's fake timers stop the sockets. */
const schedule = setImmediate;

let waiting: Flushable[] = [];
let exitCovered = false;

export function flushAtEndOfTick(connection: Flushable): void {
  if (waiting.push(connection) === 1) schedule(flushAll);
  if (exitCovered) return;
  exitCovered = true;
  process.once("exit", flushAll);
}

function flushAll(): void {
  const connections = waiting;
  waiting = [];
  for (const connection of connections) connection.flush();
}
