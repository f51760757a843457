/** The sockets of one tab of a session: a `Client` of its own, whose packets name the tab behind the namespace (anywire=1). */

import { type Packet, PacketType } from "@anywire/protocol/socket";
import type { AnyNamespace } from "../namespace.ts";
import type { AnySocket } from "../socket.ts";
import { Client } from "./client.ts";
import type { SessionClient } from "./session-client.ts";
import { SocketFormat } from "./socket-format.ts";
import { TabCarrier } from "./tab-carrier.ts";

export class TabClient extends Client {
  private readonly session: SessionClient;
  private readonly name: string;

  constructor(session: SessionClient, name: string) {
    const { server, carrier } = session;
    super(server, server.foreignEncoder === undefined ? new TabCarrier(carrier, name) : carrier);
    this.session = session;
    this.name = name;
  }

  /** What a parser of the program's own writes cannot be changed afterwards: it is written for the tab alone. */
  override formatsOf(namespace: AnyNamespace): AnyNamespace["formats"] {
    const { foreignEncoder } = this.server;
    if (foreignEncoder === undefined) return namespace.formats;
    const nsp = this.nameOf(namespace.name);
    return {
      plain: new SocketFormat(nsp, foreignEncoder, false),
      withOffset: new SocketFormat(nsp, foreignEncoder, true),
    };
  }

  override writePacket(packet: Packet): void {
    this.session.writePacket({ ...packet, nsp: this.nameOf(packet.nsp) });
  }

  override endFor(reason: string, discard: boolean): void {
    this.session.endFor(reason, discard);
  }

  override close(): void {
    this.session.close();
  }

  /** Whoever shares the session among the tabs may say goodbye for one that does not know any more where it is in. */
  override receive(packet: Packet): void {
    const { type, nsp } = packet;
    const link = this.linkTo(nsp);
    if (!isFarewell(type) || (link !== undefined && type === PacketType.DISCONNECT)) return super.receive(packet);
    if (link !== undefined) return link.lost();
    this.stopEntering(nsp);
    if (this.size === 0) this.emptied();
  }

  override entered(socket: AnySocket): void {
    super.entered(socket);
    this.session.used();
  }

  override left(socket: AnySocket): void {
    this.session.leftBehind(this.nameOf(socket.nsp.name));
    super.left(socket);
  }

  protected override get isShared(): boolean {
    return true;
  }

  protected override get isFull(): boolean {
    return this.session.isFull;
  }

  protected override outOfPlace(namespace: string): void {
    this.session.outOfPlace(this.nameOf(namespace));
  }

  protected override emptied(): void {
    this.session.forget(this.name, this);
  }

  protected override vacated(): void {
    super.vacated();
    this.emptied();
    if (this.session.isVacant) this.session.close();
  }

  private nameOf(namespace: string): string {
    return `${namespace}#${this.name}`;
  }
}

/** DISCONNECT: the tab has left the namespace; CONNECT_ERROR: it was lost, and may come back by its pid. */
export function isFarewell(type: PacketType): boolean {
  return type === PacketType.DISCONNECT || type === PacketType.CONNECT_ERROR;
}
