/** The rules of the small codec. Which of them was broken, it leaves to the other one to say. */

/** Throws an Error unless it holds. */
export function compactMust(holds: boolean): asserts holds {
  if (!holds) throw new Error("bad packet");
}
