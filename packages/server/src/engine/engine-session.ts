/** One client's Engine.IO session, whatever carries it: engine.io's `Socket` (engine.io-protocol, versions 3 and 4). */

import type { IncomingMessage } from "node:http";
import { Heartbeat, type PacketType, serverPings } from "@anywire/protocol/engine";
import type { Carrier } from "./carrier.ts";
import { TransportError } from "./engine-errors.ts";
import type { EngineServer } from "./engine-server.ts";
import type { Beating } from "./heartbeats.ts";
import { SessionOutlet } from "./session-outlet.ts";
import {
  type EngineProtocol,
  endTransport,
  nobody,
  type Transport,
  type TransportEnd,
  type TransportHandler,
} from "./transport.ts";
import { Upgrade, type UpgradePort } from "./upgrade.ts";
import { WebSocketTransport } from "./websocket-transport.ts";

/** Who uses the session: it hears without any event being emitted. */
export interface SessionHandler {
  message(data: string | Buffer): void;
  /** Nothing waits any more. */
  drained(): void;
  /** Once. `reason` is engine.io's: "transport close", "transport error", "ping timeout", "parse error", "forced close". */
  closed(reason: string, description?: unknown): void;
}

/** What opens a session. */
export interface SessionSetup {
  readonly id: string;
  readonly server: EngineServer;
  readonly request: IncomingMessage;
  readonly transport: Transport;
  readonly isOurs: boolean;
}

/*
 * While an upgrade goes on, the old transport is used as before until the client was answered and stops to poll. Then polls
 * are let go empty, and what is sent waits in the queue for the new transport: nothing is lost, doubled or overtaken.
 */
export class EngineSession extends SessionOutlet implements TransportHandler, Carrier, UpgradePort, Beating {
  readonly id: string;
  /** The first request. */
  readonly request: IncomingMessage;
  readonly protocol: EngineProtocol;
  readonly remoteAddress: string;
  /** The client says `anywire=1`: it knows our extras. */
  readonly isOurs: boolean;
  /** Milliseconds after which the client may come back, if it is sent away: one of ours is told (docs/extras.md of the client). */
  retry: number | undefined;
  handler: SessionHandler | undefined;
  /** The client has moved to another transport than the first. */
  upgraded: boolean;
  /** @internal Of the wheel. */
  readonly heartbeat: Heartbeat;
  /** @internal Of the wheel. */
  lifeMark: number;
  /** @internal Of the wheel. */
  turn: number;
  private upgrade: Upgrade | undefined;

  constructor({ id, server, request, transport, isOurs }: SessionSetup) {
    super(server, transport);
    this.id = id;
    this.request = request;
    this.protocol = transport.protocol;
    this.remoteAddress = request.socket.remoteAddress ?? "";
    this.isOurs = isOurs;
    this.retry = undefined;
    this.handler = undefined;
    this.upgraded = false;
    this.heartbeat = new Heartbeat(server.heartbeatRules(this.protocol), server.heartbeats.now());
    this.lifeMark = 0;
    this.turn = 0;
    this.upgrade = undefined;
  }

  /** As a program knows it. */
  get connection(): this {
    return this;
  }

  get maxBufferedBytes(): number {
    return this.server.opts.maxBufferedBytes;
  }

  /** An upgrade is being tried. */
  get upgrading(): boolean {
    return this.upgrade !== undefined;
  }

  /** @internal Of the wheel. */
  get bytesRead(): number {
    return this.transport.bytesRead;
  }

  /** @internal Takes the transport, and greets the client: `open` and the initial packet (engine.io-protocol, "Handshake"). */
  open(): void {
    const { initialPacket } = this.server.opts;
    this.readyState = "open";
    this.carryBy(this.transport);
    this.server.heartbeats.add(this);
    this.sendPacket("open", this.server.handshakeOf(this));
    if (initialPacket !== undefined) this.send(initialPacket);
    this.emit("open");
  }

  /** After what was sent has left. @param discard at once: what waits is lost */
  close(discard = false): void {
    if (this.readyState !== "open" && !(discard && this.readyState === "closing")) return;
    this.flush();
    if (discard) return this.end("forced close");
    this.readyState = "closing";
    this.direct = undefined;
    if (this.isQueueEmpty) this.emptied();
  }

  /** @internal Tries another transport. @returns whether it may be tried */
  beginUpgrade(transport: Transport): boolean {
    if (this.upgrade !== undefined || this.upgraded || this.readyState === "closed") return false;
    this.upgrade = new Upgrade(this, transport, this.server.opts.upgradeTimeout);
    return true;
  }

  /** @internal Of those in use, the one that goes by this name. */
  transportNamed(name: string): Transport | undefined {
    if (this.transport.name === name) return this.transport;
    return this.upgrade?.transport.name === name ? this.upgrade.transport : undefined;
  }

  /** @internal Of the transport. */
  packet(type: PacketType, data: string | Buffer | undefined): void {
    if (this.readyState !== "open") return;
    const heard = this.isHeard;
    if (heard) this.emit("packet", { type, data });
    if (type !== "message") return this.control(type);
    this.handler?.message(data ?? "");
    if (!heard) return;
    this.emit("data", data);
    this.emit("message", data);
  }

  /** @internal Of the transport. */
  override writable(): void {
    super.writable();
    this.releasePoll();
  }

  /** @internal Of the transport. */
  closed(reason: TransportEnd, description?: unknown): void {
    this.end(reason, description);
  }

  /** @internal Of the wheel. */
  ping(): void {
    this.sendPacket("ping");
  }

  /** @internal Of the wheel. */
  expire(): void {
    this.end("ping timeout");
  }

  /** @internal Of the upgrade. */
  probed({ transport }: Upgrade): void {
    this.emit("upgrading", transport);
    this.releasePoll();
  }

  /** @internal Of the upgrade. */
  complete({ transport }: Upgrade): void {
    const old = this.transport;
    this.upgrade = undefined;
    this.upgraded = true;
    old.handler = nobody;
    old.discard();
    this.carryBy(transport);
    this.emit("upgrade", transport);
    this.writable();
    if (this.readyState === "closing") this.emptied();
  }

  /** @internal Of the upgrade. */
  givenUp(): void {
    this.upgrade = undefined;
  }

  protected override drained(): void {
    this.handler?.drained();
  }

  protected override emptied(): void {
    const isTold = this.isOurs && this.retry !== undefined;
    this.transport.close(() => this.end("forced close"), isTold ? JSON.stringify({ retry: this.retry }) : undefined);
  }

  protected override exceeded(): void {
    this.transport.discard();
    this.end("transport close", new TransportError("slow consumer: too much waits for the client, or waits too long"));
  }

  private carryBy(transport: Transport): void {
    this.transport = transport;
    transport.handler = this;
    const isDirect = transport instanceof WebSocketTransport && this.readyState === "open";
    this.direct = isDirect ? transport : undefined;
  }

  /** The client waits for its poll to end before it moves. What is to be sent from now on had better wait for the new transport. */
  private releasePoll(): void {
    const { transport } = this;
    if (this.upgrade?.isProbed !== true || transport.name !== "polling" || !transport.writable) return;
    transport.send([{ type: "noop" }]);
  }

  private control(type: Exclude<PacketType, "message">): void {
    if (type === "close") this.end("transport close");
    if (type !== "ping" && type !== "pong") return;
    if (serverPings(this.protocol) !== (type === "pong")) {
      return this.end("transport error", new TransportError("invalid heartbeat direction"));
    }
    this.server.heartbeats.heard(this);
    if (type === "ping") this.sendPacket("pong");
    this.emit("heartbeat");
  }

  private end(reason: string, description?: unknown): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.server.heartbeats.delete(this);
    this.stopSending();
    this.upgrade?.giveUp();
    endTransport(this.transport);
    this.server.release(this);
    this.handler?.closed(reason, description);
    this.emit("close", reason, description);
  }
}
