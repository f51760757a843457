/**
 * What a socket is beneath its API: its link, its life, and what passes out.
 *
 *   opening ── enterRooms ─▶ connected ── end ─▶ disconnecting ─▶ closed        end while opening: ─▶ closed
 */

import type { Anything, EventsMap } from "@anywire/protocol/emitter";
import { type AckError, disconnected, NoAnswers, OwedAnswers, unsupported } from "./acks.ts";
import { CatchAll } from "./catch-all.ts";
import { Delivery } from "./delivery.ts";
import { attempt } from "./dispatch.ts";
import type { SocketHost } from "./host.ts";
import { InboundSocket } from "./inbound-socket.ts";
import type { Answer, Link, LinkHandler, OutgoingEvent, PreparedRun, SendOptions, Wire } from "./link.ts";
import type { Session } from "./session.ts";

/** What is put off until a socket is connected. */
interface Early {
  readonly rooms: Set<string>;
  readonly sends: (() => void)[];
}

interface CoreSetup {
  readonly id: string;
  readonly wire: Wire;
  readonly session: Session | undefined;
  readonly onceKey: string | undefined;
}

export abstract class SocketCore<Listen extends EventsMap = Anything, Emit extends EventsMap = Anything>
  extends InboundSocket<Listen, Emit>
  implements LinkHandler
{
  /** Public name of the socket, and of its private room. */
  readonly id: string;
  /** What carries it. */
  readonly wire: Wire;
  /** The session was resumed: id, rooms and data are those of before, and what was missed is replayed. */
  recovered: boolean;
  /** @internal What decides when to send on its link; undefined where nothing can be missed. */
  delivery: Delivery | undefined;
  /** Rooms that it joined, and what was emitted, before it is connected. */
  protected early: Early | undefined;
  private owed: OwedAnswers | undefined;
  private outgoing: CatchAll | undefined;

  constructor(host: SocketHost, setup: CoreSetup) {
    super(host, setup);
    this.id = setup.id;
    this.wire = setup.wire;
    this.recovered = false;
    this.delivery = undefined;
    this.early = undefined;
    this.owed = undefined;
    this.outgoing = undefined;
  }

  /** @internal It has ended. */
  get isClosed(): boolean {
    return this.state === "closed";
  }

  /** @internal What the client has not answered. Adapters add to it. */
  get acks(): OwedAnswers {
    this.owed ??= this.canAck ? new OwedAnswers() : new NoAnswers();
    return this.owed;
  }

  /** @internal The same, where looking should make nothing. */
  get owedAnswers(): number {
    return this.owed?.size ?? 0;
  }

  /** @internal The link is up; nothing is delivered before it enters its rooms. */
  carriedBy(link: Link): void {
    const { history } = this.host;
    const { session } = this;
    this.link = link;
    if (history === undefined || session === undefined) return;
    this.delivery = new Delivery({ history, stays: () => session.membership.stays }, link);
  }

  /** @internal Connected from now on, in its private room, those of its session and these. */
  enterRooms(rooms: readonly string[]): void {
    if (this.state !== "opening") return;
    this.state = "connected";
    this.host.arrived(this.self);
    const { early } = this;
    this.early = undefined;
    this.enter([this.id, ...(this.session?.membership.rooms ?? []), ...rooms, ...(early?.rooms ?? [])]);
    const failed = (error: unknown): void => this.host.report(error, this.self, "connection");
    for (const send of early?.sends ?? []) attempt(send, failed);
  }

  /** @internal */
  deliver(run: PreparedRun): void {
    try {
      if (run.wantsAck) this.expectAnswers(run);
      if (this.outgoing !== undefined) for (const event of run.events) this.tellOutgoing(this.outgoing, event);
      if (this.delivery === undefined) this.link?.send(run);
      else this.delivery.deliver(run);
    } catch (error) {
      this.host.report(error, this.self, run.events[0]?.name ?? ""); // the other members still get it
    }
  }

  /** @internal */
  answered(ack: number, answer: Answer): void {
    if (this.state !== "closed") this.owed?.answered(ack, answer);
  }

  /** @internal */
  drained(): void {
    this.delivery?.drained();
  }

  /** @internal */
  closed(reason: string, description?: unknown): void {
    this.host.pipeline.do(() => {
      this.end({ reason, description, resumable: true });
      this.delivery?.close();
    });
  }

  /** @internal A newer link takes its session over. */
  takeOver(): void {
    this.end({ reason: "transport close", description: "session taken over", resumable: true });
    this.delivery?.close();
    this.link?.close("taken-over");
  }

  protected get catchAllOutgoing(): CatchAll {
    this.outgoing ??= new CatchAll();
    return this.outgoing;
  }

  /** Where to put off what has to wait until it is connected. */
  protected get whenConnected(): Early {
    this.early ??= { rooms: new Set(), sends: [] };
    return this.early;
  }

  protected enter(rooms: readonly string[]): void | Promise<void> {
    const { session, host } = this;
    if (session !== undefined) for (const room of rooms) session.membership.join(room, host.history?.position);
    return host.adapter.addAll(this.id, new Set(rooms));
  }

  /** Sends to this client alone, after all that was emitted before. */
  protected sendEvent(event: OutgoingEvent, options: SendOptions): void {
    if (this.state === "opening") this.sendLater({ ...event, args: this.host.keep(event.args) }, options);
    else if (this.host.history === undefined && this.host.pipeline.settle()) this.sendNow(event, options);
    else this.sendInTurn(event, options);
  }

  /** Why the client cannot answer. */
  protected get obstacle(): AckError | undefined {
    if (this.state === "closed") return disconnected();
    return this.canAck ? undefined : unsupported();
  }

  /** @returns whether it ended now */
  protected end(ending: { reason: string; description?: unknown; resumable: boolean }): boolean {
    const { reason, description, resumable } = ending;
    if (this.state === "opening") this.state = "closed"; // nobody was told of it
    if (this.state !== "connected") return false;
    this.state = "disconnecting";
    const told = description === undefined ? [reason] : [reason, description];
    this.tell("disconnecting", ...told);
    this.state = "closed";
    this.host.forget(this.self, resumable);
    this.owed?.gone();
    this.tell("disconnect", ...told);
    return true;
  }

  protected get canAck(): boolean {
    return this.link?.canAck ?? true;
  }

  private sendLater(event: OutgoingEvent, options: SendOptions): void {
    this.whenConnected.sends.push(() => this.sendEvent(event, options));
  }

  private sendNow(event: OutgoingEvent, options: SendOptions): void {
    const { link } = this;
    if (link === undefined || this.state === "closed") return;
    if (this.outgoing !== undefined) this.tellOutgoing(this.outgoing, event);
    if (link.sendOne !== undefined) link.sendOne(event, options);
    else link.send(this.host.prepare([{ ...event, args: this.host.keep(event.args) }], options));
  }

  private sendInTurn(event: OutgoingEvent, { volatile = false, compress }: SendOptions): void {
    const logged = event.ack === undefined && !volatile;
    const target = { rooms: [this.id], except: [], logged, volatile, compress, local: false };
    this.host.broadcast(target, { ...event, args: this.host.keep(event.args) });
  }

  private expectAnswers({ events }: PreparedRun): void {
    if (!this.canAck) return;
    for (const { ack } of events) {
      const listener = ack === undefined ? undefined : this.host.expectAnswer(ack);
      if (ack !== undefined && listener !== undefined) this.acks.set(ack, listener);
    }
  }

  private tellOutgoing(listeners: CatchAll, { name, args }: OutgoingEvent): void {
    listeners.call(this, [name, ...args], (error) => this.host.report(error, this.self, name));
  }
}
