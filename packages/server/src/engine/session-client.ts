/** One Engine.IO session: its packets, its own sockets, and those of its tabs, if it is shared by several (anywire=1). */

import { isTab, type Packet, type PacketHandler, PacketType, SocketPacketError } from "@anywire/protocol/socket";
import type { AnyServer } from "../server.ts";
import type { AnySocket } from "../socket.ts";
import type { Carrier } from "./carrier.ts";
import { Client } from "./client.ts";
import type { SessionHandler } from "./engine-session.ts";
import { createPacketReader, type ReadsPackets } from "./packet-reader.ts";
import { isFarewell, TabClient } from "./tab-client.ts";

/** Namespaces of one session, counted in each tab; what asks for more is closed. */
const maxNamespaces = 1_000;

export class SessionClient extends Client implements SessionHandler, PacketHandler {
  private readonly reader: ReadsPackets;
  private tabs: Map<string, TabClient> | undefined;
  /** Namespaces that it was in, as packets name them: some may be under way still. */
  private past: Set<string> | undefined;
  private isClosed: boolean;
  /** Why it is being ended, if the server does it. */
  private ending: string | undefined;

  constructor(server: AnyServer, carrier: Carrier) {
    super(server, carrier);
    this.tabs = undefined;
    this.past = undefined;
    this.isClosed = false;
    this.ending = undefined;
    this.reader = createPacketReader(this, server.packetReading(carrier.protocol));
    carrier.handler = this;
    server.unentered.add(this);
    if (carrier.protocol === 3) this.enter("/", {}); // v2 clients do not ask for it
  }

  message(data: string | Buffer): void {
    const wasWaiting = this.reader.isWaiting;
    try {
      this.reader.receive(data);
    } catch (error) {
      this.fail(error); // the listeners' own errors do not come this far
    }
    if (this.reader.isWaiting === wasWaiting) return;
    if (wasWaiting) this.server.incomplete.delete(this);
    else this.server.incomplete.add(this);
  }

  /** @internal Of the reader. */
  packet(packet: Packet): void {
    if (this.isClosed) return;
    const { nsp } = packet;
    const hash = nsp === "/" ? -1 : nsp.lastIndexOf("#");
    if (hash === -1 || !this.carrier.isOurs || this.carrier.protocol !== 4) return this.receive(packet);
    const tab = this.tabFor(nsp.slice(hash + 1), packet.type);
    if (tab === undefined && isFarewell(packet.type)) return;
    if (tab === undefined) this.outOfPlace(nsp);
    else tab.receive({ ...packet, nsp: nsp.slice(0, hash) });
  }

  override drained(): void {
    super.drained();
    if (this.tabs !== undefined) for (const tab of this.tabs.values()) tab.drained();
  }

  closed(given: string, description?: unknown): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const reason = this.ending ?? given;
    const tabs = [...(this.tabs?.values() ?? [])];
    this.tabs = undefined;
    this.server.unentered.delete(this);
    this.server.incomplete.delete(this);
    this.reader.destroy();
    this.end(reason, description);
    for (const tab of tabs) tab.end(reason, description);
  }

  override endFor(reason: string, discard: boolean): void {
    this.ending ??= reason;
    this.carrier.close(discard);
    process.nextTick(() => this.closed(reason)); // never within a call from a socket
  }

  override close(): void {
    if (this.carrier.readyState !== "open") return;
    this.carrier.close();
    this.closed("forced server close");
  }

  override entered(socket: AnySocket): void {
    super.entered(socket);
    this.used();
  }

  override left(socket: AnySocket): void {
    this.leftBehind(socket.nsp.name);
    super.left(socket);
  }

  /** Of its tabs: it has entered a namespace. */
  used(): void {
    this.server.unentered.delete(this);
  }

  /** Of its tabs: this namespace was left, as packets name it. */
  leftBehind(namespace: string): void {
    this.past ??= new Set();
    this.past.add(namespace);
    const [oldest] = this.past;
    if (this.past.size > maxNamespaces && oldest !== undefined) this.past.delete(oldest);
  }

  /** Of a tab: it has no sockets any more. */
  forget(name: string, tab: TabClient): void {
    if (this.tabs?.get(name) === tab) this.tabs.delete(name);
  }

  /** Nobody is on it. */
  get isVacant(): boolean {
    return this.size === 0 && !this.isShared;
  }

  override get isFull(): boolean {
    let size = this.size;
    if (this.tabs !== undefined) for (const tab of this.tabs.values()) size += tab.size;
    return size >= maxNamespaces;
  }

  override outOfPlace(namespace: string): void {
    if (this.past?.has(namespace) !== true) this.close();
  }

  protected override get isShared(): boolean {
    return this.tabs !== undefined && this.tabs.size > 0;
  }

  protected override vacated(): void {
    if (this.isShared) super.vacated();
    else this.close();
  }

  /** @throws {SocketPacketError} bad-namespace */
  private tabFor(name: string, type: PacketType): TabClient | undefined {
    const known = this.tabs?.get(name);
    if (known !== undefined || type !== PacketType.CONNECT) return known;
    if (!isTab(name)) throw new SocketPacketError("bad-namespace");
    const tab = new TabClient(this, name);
    this.tabs ??= new Map();
    this.tabs.set(name, tab);
    return tab;
  }

  /** The program's parser, or ours, found something wrong. */
  private fail(error: unknown): void {
    this.tellError(error);
    if (this.tabs !== undefined) for (const tab of this.tabs.values()) tab.tellError(error);
    if (error instanceof SocketPacketError) this.carrier.close();
    else this.close();
  }
}
