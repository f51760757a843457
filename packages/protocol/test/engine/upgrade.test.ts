/** The probe: the one good way, and every other. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { moveUpgrade, type Packet, probe, type UpgradeState } from "../../src/engine.ts";
import { types } from "./packets.ts";

const ping: Packet = { type: "ping", data: probe };
const pong: Packet = { type: "pong", data: probe };
const upgrade: Packet = { type: "upgrade" };

test("ping, pong and upgrade are an upgrade", () => {
  const states: UpgradeState[] = [];
  [ping, pong, upgrade].reduce<UpgradeState>((state, packet) => {
    states.push(moveUpgrade(state, packet));
    return states.at(-1) ?? "refused";
  }, "new");
  assert.deepEqual(states, ["asked", "answered", "done"]);
});

const good: ReadonlyMap<UpgradeState, Packet | undefined> = new Map([
  ["new", ping],
  ["asked", pong],
  ["answered", upgrade],
  ["done", undefined],
  ["refused", undefined],
]);

for (const [state, only] of good) {
  for (const type of types) {
    for (const data of [undefined, probe, "other", Buffer.from(probe)]) {
      if (type === only?.type && (type === "upgrade" || data === probe)) continue;
      test(`${type} with ${data === undefined ? "nothing" : typeof data} (${data}) is refused when ${state}`, () => {
        assert.equal(moveUpgrade(state, { type, data }), "refused");
      });
    }
  }
}
