/** What a transport is given to send, as packets. */

import type { Packet } from "@anywire/protocol/engine";
import { Messages } from "./messages.ts";

export function packetsOf(batch: readonly (Messages | Packet)[]): readonly Packet[] {
  const [first] = batch;
  if (first instanceof Messages && batch.length === 1) return first.packets;
  return batch.flatMap<Packet>((item) => (item instanceof Messages ? item.packets : [item]));
}
