/**
 * What a socket is beneath its API: its link, its life, and what passes in and out.
 *
 *   opening ── enterRooms ─▶ connected ── end ─▶ disconnecting ─▶ closed        end while opening: ─▶ closed
 */

import { EventEmitter } from "node:events";
import type { Anything, EventsMap } from "@anywire/protocol/emitter";
import { ackFunction, failAck, failure } from "./ack-function.ts";
import { type AckError, disconnected, NoAnswers, OwedAnswers, unsupported } from "./acks.ts";
import { CatchAll } from "./catch-all.ts";
import { Delivery } from "./delivery.ts";
import { attempt, dispatch } from "./dispatch.ts";
import { type EventMiddleware, runEventMiddleware } from "./event-middleware.ts";
import type { SocketHost } from "./host.ts";
import type {
  Answer,
  IncomingEvent,
  Link,
  LinkHandler,
  OutgoingEvent,
  PreparedRun,
  SendOptions,
  Wire,
} from "./link.ts";
import type { Reply } from "./once.ts";
import type { SocketReservedEvents } from "./reserved-events.ts";
import type { Session } from "./session.ts";
import type { AnySocket } from "./socket.ts";
import { TypedEmitter } from "./typed-emitter.ts";

/** What is put off until a socket is connected. */
interface Early {
  readonly rooms: Set<string>;
  readonly sends: (() => void)[];
}

/** The name of an event and its arguments. */
type EventData = [name: string, ...args: unknown[]];

export abstract class SocketCore<Listen extends EventsMap = Anything, Emit extends EventsMap = Anything>
  extends TypedEmitter<Listen, Emit, SocketReservedEvents>
  implements LinkHandler
{
  /** Public name of the socket, and of its private room. */
  readonly id: string;
  /** What carries it. */
  readonly wire: Wire;
  /** The session was resumed: id, rooms and data are those of before, and what was missed is replayed. */
  recovered: boolean;
  /** @internal By which the client may come back; undefined if it may not. */
  session: Session | undefined;
  /** @internal What carries it, once that is up, */
  link: Link | undefined;
  /** @internal and what decides when to send there; undefined where nothing can be missed. */
  delivery: Delivery | undefined;
  protected readonly host: SocketHost;
  protected state: "opening" | "connected" | "disconnecting" | "closed";
  /** Rooms that it joined, and what was emitted, before it is connected. */
  protected early: Early | undefined;
  private owed: OwedAnswers | undefined;
  private incoming: CatchAll | undefined;
  private outgoing: CatchAll | undefined;
  private middleware: EventMiddleware[] | undefined;

  constructor(host: SocketHost, { id, wire, session }: { id: string; wire: Wire; session: Session | undefined }) {
    super({ captureRejections: true });
    this.id = id;
    this.wire = wire;
    this.recovered = false;
    this.session = session;
    this.link = undefined;
    this.delivery = undefined;
    this.host = host;
    this.state = "opening";
    this.early = undefined;
    this.owed = undefined;
    this.incoming = undefined;
    this.outgoing = undefined;
    this.middleware = undefined;
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
  receive({ name, args, id }: IncomingEvent, reply: Reply | undefined): void {
    this.receiveData([name, ...args], reply, id);
  }

  /** @internal @param id the client's own, by which it may repeat the event */
  receiveData(data: EventData, reply: Reply | undefined, id?: string): void {
    if (this.state !== "opening") this.take(data, reply, id);
    else this.host.pipeline.do(() => this.take(data, reply, id)); // its entrance is waiting there too, ahead of this
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

  /** @internal Calls the program's listeners of what happens to the socket. */
  tell(event: string, ...args: unknown[]): void {
    dispatch({ emitter: this, event, args, failed: (error) => this.host.report(error, this.self, event) });
  }

  /** Node calls this when an async listener has failed. */
  override [EventEmitter.captureRejectionSymbol](error: unknown, event: string | symbol, ...args: unknown[]): void {
    failAck(args, error);
    this.host.report(error, this.self, String(event));
  }

  protected get catchAllIncoming(): CatchAll {
    this.incoming ??= new CatchAll();
    return this.incoming;
  }

  protected get catchAllOutgoing(): CatchAll {
    this.outgoing ??= new CatchAll();
    return this.outgoing;
  }

  protected addMiddleware(middleware: EventMiddleware): void {
    this.middleware ??= [];
    this.middleware.push(middleware);
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

  /** This, as the program knows it. */
  protected abstract get self(): AnySocket;

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

  private take(data: EventData, reply: Reply | undefined, id: string | undefined): void {
    const hearsErrors = this.link?.hearsErrors === true;
    if (this.state === "closed") {
      if (hearsErrors) reply?.(failure("disconnected", "the socket is disconnected"));
      return;
    }
    const ordered = reply === undefined ? undefined : this.inOrder(reply);
    if (id !== undefined && this.session?.once.repeats(id, ordered, this.host.now())) return;
    if (ordered !== undefined && hearsErrors && !this.isHandled(data[0]))
      return ordered(failure("no-handler", `nothing listens to "${data[0]}"`)); // not remembered: nothing ran
    const once = id === undefined ? ordered : this.session?.once.begin(id, ordered, this.host.now());
    if (once !== undefined) data.push(ackFunction(once, hearsErrors ? this.host.ackTimeout : undefined));
    this.handle(data);
  }

  /** A middleware may answer too. */
  private isHandled(name: string): boolean {
    return this.listenerCount(name) > 0 || this.middleware !== undefined || this.incoming?.isEmpty === false;
  }

  private handle(data: EventData): void {
    this.incoming?.call(this, data, (error) => this.failedOn(data, error));
    if (this.middleware === undefined) return this.fire(data);
    runEventMiddleware(this.middleware, data, {
      passed: () => this.fire(data),
      refused: (error) => this.refused(data, error),
      failed: (error) => this.failedOn(data, error),
    });
  }

  private fire(data: EventData): void {
    if (this.state === "closed") return;
    try {
      const listeners = this.listenerCount(data[0]);
      if (listeners === 1)
        Reflect.apply(EventEmitter.prototype.emit, this, data); // the hot path
      else if (listeners > 1) this.fireEach(data);
    } catch (error) {
      this.failedOn(data, error);
    }
  }

  /** An error in one of them does not keep the event from the others. */
  private fireEach([event, ...args]: EventData): void {
    dispatch({ emitter: this, event, args, failed: (error) => this.failedOn([event, ...args], error) });
  }

  /** By its own middleware. */
  private refused(data: EventData, error: unknown): void {
    failAck(data, error);
    if (this.listenerCount("error") > 0) this.tell("error", error);
    else this.host.report(error, this.self, data[0]);
  }

  private failedOn(data: EventData, error: unknown): void {
    failAck(data, error);
    this.host.report(error, this.self, data[0]);
  }

  /** An answer comes after what its handler emitted before. */
  private inOrder(reply: Reply): Reply {
    return (answer) => {
      if (this.host.pipeline.settle()) return reply(answer);
      const kept = "args" in answer ? { args: this.host.keep(answer.args) } : answer;
      this.host.pipeline.do(() => reply(kept));
    };
  }
}
