/**
 * The closing handshake (RFC 6455 §7.1). This file alone moves the state, and it does not know which side it is on.
 *
 *   open ── sendClose ───▶ localClosing ── receiveClose ─▶ closed
 *   open ── receiveClose ▶ remoteClosing ── sendClose ───▶ closed          fail, endOfStream: any ─▶ closed
 */

export type State = "open" | "localClosing" | "remoteClosing" | "closed";
export type Move = "sendClose" | "receiveClose" | "fail" | "endOfStream";

const next: Readonly<Record<State, Readonly<Partial<Record<Move, State>>>>> = {
  open: { sendClose: "localClosing", receiveClose: "remoteClosing", fail: "closed", endOfStream: "closed" },
  localClosing: { receiveClose: "closed", fail: "closed", endOfStream: "closed" },
  remoteClosing: { sendClose: "closed", fail: "closed", endOfStream: "closed" },
  closed: { endOfStream: "closed" },
};

/** @throws {Error} for a move that the state does not know: a mistake of ours, never of the peer's */
export function move(state: State, by: Move): State {
  const to = next[state][by];
  if (to === undefined) throw new Error(`No move ${by} in state ${state}`);
  return to;
}

/** Data may be sent until a close frame was sent (§5.5.1), or must be. */
export function maySend(state: State): boolean {
  return state === "open";
}

/** A close frame may be sent once: first, or as the answer to the peer's (§5.5.1). */
export function maySendClose(state: State): boolean {
  return state === "open" || state === "remoteClosing";
}
