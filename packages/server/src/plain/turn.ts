/** Turns of the event loop, numbered: what is done to a socket twice in one turn is told from what is done once. */

/** Taken once, so that nobody's fake timers stop the turns. */
const schedule = setImmediate;

let turn = 0;
let isEndAwaited = false;

/** The same number until all input of this turn has been read. */
export function currentTurn(): number {
  if (!isEndAwaited) {
    isEndAwaited = true;
    schedule(endTurn);
  }
  return turn;
}

function endTurn(): void {
  isEndAwaited = false;
  turn += 1;
}
