/** The states of a panel: every move from every state. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { mayMove, moved, type PanelMove, type PanelState } from "../../playground/panel-state.ts";

const states: readonly PanelState[] = ["connecting", "queued", "live", "waiting", "cut", "removed"];

const moves: Readonly<Record<PanelMove, Partial<Record<PanelState, PanelState>>>> = {
  queue: { connecting: "queued" },
  open: { connecting: "live", queued: "live" },
  lose: { queued: "waiting", connecting: "waiting", live: "waiting" },
  retry: { waiting: "connecting" },
  cut: { connecting: "cut", queued: "cut", live: "cut", waiting: "cut" },
  restore: { cut: "connecting" },
  remove: { connecting: "removed", queued: "removed", live: "removed", waiting: "removed", cut: "removed" },
};

for (const move of Object.keys(moves) as PanelMove[]) {
  for (const state of states) {
    const to = moves[move][state];
    test(`${state} → ${move} → ${to ?? "refused"}`, () => {
      assert.equal(mayMove(state, move), to !== undefined);
      if (to === undefined) assert.throws(() => moved(state, move));
      else assert.equal(moved(state, move), to);
    });
  }
}
