/** What a session has to send and its transport cannot take yet. */

import type { Packet } from "@anywire/protocol/engine";
import { Messages } from "./messages.ts";
import type { SendCallback } from "./send-arguments.ts";

/** A packet as engine.io shows it to listeners. */
export interface OutgoingPacket extends Packet {
  readonly options?: { readonly compress: boolean };
  /** Called when it has left. */
  readonly sent?: SendCallback | undefined;
}

export type Outgoing = Messages | OutgoingPacket;

export class OutgoingQueue {
  /** About: of texts, their length in UTF-16 units. */
  bytes = 0;
  private items: Outgoing[] = [];

  get isEmpty(): boolean {
    return this.items.length === 0;
  }

  push(item: Outgoing): void {
    this.items.push(item);
    this.bytes += sizeOf(item);
  }

  /** All of it, in order. */
  take(): Outgoing[] {
    const { items } = this;
    this.items = [];
    this.bytes = 0;
    return items;
  }

  get packets(): OutgoingPacket[] {
    return packetsOf(this.items);
  }
}

export function packetsOf(items: readonly Outgoing[]): OutgoingPacket[] {
  return items.flatMap<OutgoingPacket>((item) => (item instanceof Messages ? item.packets : item));
}

export function sizeOf(item: Outgoing): number {
  return item instanceof Messages ? item.bytes : (item.data?.length ?? 0) + 1;
}
