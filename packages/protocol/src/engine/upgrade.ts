/**
 * The probe by which a session moves to another transport (protocol: "Upgrade"). This file alone moves the state, and it does
 * not know which side it is on: what the client sends and what the server sends are moves alike.
 *
 *   new ── ping probe ─▶ asked ── pong probe ─▶ answered ── upgrade ─▶ done          any other packet: any ─▶ refused
 */

import type { Packet } from "./packet.ts";
import type { PacketType } from "./packet-type.ts";

export type UpgradeState = "new" | "asked" | "answered" | "done" | "refused";

/** What the ping and the pong of a probe carry. */
export const probe = "probe";

const next: Readonly<Record<UpgradeState, Readonly<Partial<Record<PacketType, UpgradeState>>>>> = {
  new: { ping: "asked" },
  asked: { pong: "answered" },
  answered: { upgrade: "done" },
  done: {},
  refused: {},
};

/** @param packet was sent or received on the transport that is probed */
export function moveUpgrade(state: UpgradeState, { type, data }: Packet): UpgradeState {
  if (type !== "upgrade" && data !== probe) return "refused";
  return next[state][type] ?? "refused";
}
