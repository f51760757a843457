/**
 * The states of an event source (WHATWG HTML §9.2.2, §9.2.3). This file alone moves them.
 *
 *   connecting ── announce ────▶ open            open, connecting ── reestablish ─▶ connecting
 *   open, connecting ── close ─▶ closed          closed stays closed
 */

export type State = "connecting" | "open" | "closed";
export type Move = "announce" | "reestablish" | "close";

const next: Record<State, Partial<Record<Move, State>>> = {
  connecting: { announce: "open", reestablish: "connecting", close: "closed" },
  open: { reestablish: "connecting", close: "closed" },
  closed: { close: "closed" },
};

/** The numbers by which programs know the states (§9.2.2). */
export const readyStates = { connecting: 0, open: 1, closed: 2 } as const satisfies Record<State, number>;

/** @throws {Error} for a move that the state does not allow */
export function move(state: State, by: Move): State {
  const moved = next[state][by];
  if (moved === undefined) throw new Error(`an event source that is ${state} cannot ${by}`);
  return moved;
}
