/**
 * Links that were sent something in this tick, to be written to when it has ended.
 *
 * A pass over a room that only hands frames out, and then one that only writes them, cost less than one pass that does
 * both in turn: each write makes the processor forget what the next link needs (bench: broadcast). A run comes at the end
 * of the tick, or before another one: so it all leaves as one write, without waiting for the end of yet another tick.
 */

export interface Departing {
  /** Writes what was sent. Throws nothing. */
  depart(): void;
}

let waiting: Departing[] = [];

/** Once for each time it is asked. */
export function departSoon(link: Departing): void {
  if (waiting.push(link) === 1) process.nextTick(departAll);
}

function departAll(): void {
  const links = waiting;
  waiting = [];
  for (const link of links) link.depart();
}
