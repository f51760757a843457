/**
 * What adapters find as `server.encoder`: the parser's encoder, whose results remember the event that they are of. So an
 * adapter that knows Socket.IO alone reaches the sockets of every wire, each in its own encoding (architecture: "Adapter").
 */

import { type Packet, PacketType } from "@anywire/protocol/socket";
import type { PacketEncoder } from "./engine/socket-format.ts";
import { type OutgoingEvent, PreparedRun, type SendOptions } from "./link.ts";
import type { EncodedPacket } from "./socket-client.ts";

/** An event that an adapter has encoded. */
interface EncodedEvent {
  readonly namespace: string;
  readonly run: PreparedRun;
}

export class SharedEncoder {
  private readonly parser: PacketEncoder;
  private readonly known = new WeakMap<object, EncodedEvent>();
  /** Of packets that we gave to the adapter ourselves. */
  private readonly runs = new WeakMap<Packet, PreparedRun>();

  constructor(parser: PacketEncoder) {
    this.parser = parser;
  }

  /** The event as a packet for an adapter. What the adapter encodes of it is this run, encoded once for all. */
  packetOf(namespace: string, { name, args }: OutgoingEvent, run: PreparedRun): Packet {
    const packet: Packet = { type: PacketType.EVENT, nsp: namespace, data: [name, ...args] };
    this.runs.set(packet, run);
    return packet;
  }

  encode(packet: Packet): (string | Uint8Array)[] {
    const encoded = this.parser.encode(packet);
    if (isEvent(packet)) {
      const run = this.runs.get(packet) ?? new PreparedRun([eventOf(packet)]);
      this.known.set(encoded, { namespace: packet.nsp, run });
    }
    return encoded;
  }

  /** @returns undefined for what was not encoded here, or is no event */
  eventOf(encoded: EncodedPacket, options: SendOptions): EncodedEvent | undefined {
    const known = typeof encoded === "string" ? undefined : this.known.get(encoded);
    if (known === undefined || sameOptions(known.run.options, options)) return known;
    const asked = { ...known, run: new PreparedRun(known.run.events, options) };
    if (typeof encoded === "object") this.known.set(encoded, asked); // all who take it say the same
    return asked;
  }
}

interface EventPacket extends Packet {
  data: [name: string, ...args: unknown[]];
}

function isEvent(packet: Packet): packet is EventPacket {
  return packet.type === PacketType.EVENT && Array.isArray(packet.data);
}

function eventOf({ data: [name, ...args], id }: EventPacket): OutgoingEvent {
  return { name: String(name), args, id: undefined, ack: id };
}

function sameOptions(a: SendOptions, b: SendOptions): boolean {
  return (a.volatile === true) === (b.volatile === true) && a.compress === b.compress;
}
