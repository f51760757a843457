/** How Socket.IO clients of one namespace are written to: encoded and framed once, however many sockets take it (wires: "Socket.IO wire"). */

import { encodeEvent, encodeSimpleEvent, type Packet, PacketType } from "@anywire/protocol/socket";
import type { Format, OutgoingEvent, SendOptions } from "../link.ts";
import { Messages } from "./messages.ts";

/** The program's own parser, as far as it writes. */
export interface PacketEncoder {
  encode(packet: Packet): (string | Uint8Array)[];
}

export class SocketFormat implements Format<Messages> {
  private readonly namespace: string;
  private readonly parser: PacketEncoder | undefined;
  private readonly withOffset: boolean;

  /**
   * @param parser the program's own; undefined for Socket.IO's
   * @param withOffset the id of an event without ack follows its arguments: the client was given a `pid`
   */
  constructor(namespace: string, parser: PacketEncoder | undefined, withOffset: boolean) {
    this.namespace = namespace;
    this.parser = parser;
    this.withOffset = withOffset;
  }

  encode(event: OutgoingEvent, options?: SendOptions): Messages {
    return new Messages(this.write(event), options);
  }

  join(parts: readonly Messages[]): Messages {
    return Messages.join(parts);
  }

  /** The hot path: one event as one text, if nothing in it needs more. */
  writeText({ name, args, ack }: OutgoingEvent): string | undefined {
    const isPlain = this.parser === undefined && !this.withOffset && ack === undefined;
    return isPlain ? encodeSimpleEvent(this.namespace, name, args) : undefined;
  }

  /** One event, as messages of Engine.IO. */
  write({ name, args, id, ack }: OutgoingEvent): (string | Uint8Array)[] {
    const data = [name, ...args];
    if (this.withOffset && ack === undefined && id !== undefined) data.push(id);
    if (this.parser === undefined) return encodeEvent(this.namespace, data, ack);
    const packet: Packet = { type: PacketType.EVENT, nsp: this.namespace, data };
    return this.parser.encode(ack === undefined ? packet : { ...packet, id: ack });
  }
}
