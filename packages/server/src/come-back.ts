/** When the clients of a server that shuts down are to come back: not all at once. */

/** Milliseconds, at least. */
const soonest = 1_000;

/** @param drain milliseconds over which they are told to go */
export function comeBackAfter(drain: number): number {
  return soonest + Math.round(Math.random() * Math.max(drain, soonest));
}
