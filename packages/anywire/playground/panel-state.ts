/**
 * The states of a panel's connection.
 *
 *   connecting ── open ──▶ live ── lose ─▶ waiting ── retry ─▶ connecting
 *   connecting ── queue ─▶ queued ── open ─▶ live, lose ─▶ waiting
 *   connecting, queued, live, waiting ── cut ─▶ cut ── restore ─▶ connecting          any ── remove ─▶ removed
 */

export type PanelState = "connecting" | "queued" | "live" | "waiting" | "cut" | "removed";
export type PanelMove = "queue" | "open" | "lose" | "retry" | "cut" | "restore" | "remove";

const next: Readonly<Record<PanelState, Partial<Readonly<Record<PanelMove, PanelState>>>>> = {
  connecting: { queue: "queued", open: "live", lose: "waiting", cut: "cut", remove: "removed" },
  queued: { open: "live", lose: "waiting", cut: "cut", remove: "removed" },
  live: { lose: "waiting", cut: "cut", remove: "removed" },
  waiting: { retry: "connecting", cut: "cut", remove: "removed" },
  cut: { restore: "connecting", remove: "removed" },
  removed: {},
};

export function mayMove(state: PanelState, move: PanelMove): boolean {
  return next[state][move] !== undefined;
}

/** @throws {Error} for a move that this state does not know */
export function moved(state: PanelState, move: PanelMove): PanelState {
  const to = next[state][move];
  if (to === undefined) throw new Error(`A panel that is ${state} cannot ${move}`);
  return to;
}
