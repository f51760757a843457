/** One client in one namespace, whatever carries it. */

import { EventEmitter } from "node:events";
import { BroadcastOperator } from "./broadcast.ts";
import { Delivery } from "./delivery.ts";
import { dispatch } from "./dispatch.ts";
import { checkEventName } from "./event-name.ts";
import type { Handshake } from "./handshake.ts";
import type { SocketHost } from "./host.ts";
import { failure, Inbound } from "./inbound.ts";
import type { Answer, IncomingEvent, Link, LinkHandler, PreparedRun, Wire } from "./link.ts";
import type { Reply } from "./once.ts";
import type { RunTarget } from "./pipeline.ts";
import type { Resumable } from "./recovery.ts";
import { disconnected, Requests, type TimedEmitter, unsupported } from "./requests.ts";
import type { Session } from "./session.ts";
import { snapshot } from "./snapshot.ts";

export interface SocketOptions {
  readonly session: Session;
  readonly wire: Wire;
  readonly handshake: Handshake;
}

export class Socket extends EventEmitter implements LinkHandler, Resumable {
  /** What carries it. */
  readonly wire: Wire;
  readonly handshake: Handshake;
  /** The session was resumed: id, rooms and data are those of before, and what was missed is replayed. */
  recovered = false;
  /** @internal */
  readonly session: Session;
  /** @internal What carries it, once that is up, */
  link: Link | undefined;
  /** @internal and what decides when to send there. */
  delivery: Delivery | undefined;
  private readonly host: SocketHost;
  private readonly target: RunTarget;
  private readonly inbound: Inbound;
  private readonly requests: Requests;
  /** Rooms joined in a middleware: it enters them with the others. */
  private readonly early = new Set<string>();
  private state: "opening" | "connected" | "disconnecting" | "closed" = "opening";

  constructor(host: SocketHost, options: SocketOptions) {
    super();
    this.host = host;
    this.session = options.session;
    this.wire = options.wire;
    this.handshake = options.handshake;
    this.target = { rooms: [this.id], except: [], logged: true, volatile: false };
    const failed = (error: unknown, event: string): void => host.report(error, this, event);
    const { session } = options;
    this.inbound = new Inbound({ emitter: this, session, ackTimeout: host.ackTimeout, now: () => host.now(), failed });
    this.requests = new Requests({
      id: this.id,
      acks: host.acks,
      obstacle: () => (this.state === "closed" ? disconnected() : this.canAck ? undefined : unsupported()),
      send: (event) => host.send({ ...this.target, logged: false }, event),
      failed,
    });
  }

  /** Public name of the socket, and of its private room. */
  get id(): string {
    return this.session.socket;
  }

  /** Who the client is, by `authenticate`; undefined for anonymous clients. */
  get principal(): string | undefined {
    return this.session.principal;
  }

  /** The program's own; kept when the session is resumed. */
  get data(): Record<string, unknown> {
    return this.session.data;
  }

  set data(data: Record<string, unknown>) {
    this.session.data = data;
  }

  /** Rooms it is in, its private one included. */
  get rooms(): Set<string> {
    return new Set(this.host.rooms.socketRooms(this.id));
  }

  get connected(): boolean {
    return this.state === "connected" || this.state === "disconnecting";
  }

  get disconnected(): boolean {
    return !this.connected;
  }

  /**
   * Sends an event to this client. With a function as last argument, it is called with the client's answer:
   * `(...answer)`, or `(error, answer)` after `timeout(ms)`.
   * @throws {TypeError} if the name is reserved or holds CR, LF or NUL, or the arguments cannot be encoded
   */
  override emit(name: string, ...args: readonly unknown[]): boolean {
    const last = args.at(-1);
    if (typeof last === "function") {
      const request = { name, args: args.slice(0, -1), timeout: undefined };
      this.requests.emit(request, (...answer) => Reflect.apply(last, undefined, answer));
    } else {
      checkEventName(name);
      this.host.send(this.target, { name, args: snapshot(args), id: undefined, ack: undefined });
    }
    return true;
  }

  /** `emit("message", …)`; one string or one piece of binary data travels as it is. */
  send(...args: readonly unknown[]): this {
    this.emit("message", ...args);
    return this;
  }

  /**
   * @returns the client's answer
   * @throws {AckError} `ack-unsupported`, `disconnected`, or the client's own code
   */
  emitWithAck(name: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.requests.ask({ name, args, timeout: undefined });
  }

  /** Acks within `ms` milliseconds, or an error. */
  timeout(ms: number): TimedEmitter {
    return this.requests.within(ms);
  }

  /** Joins the rooms, after what was emitted before. @returns a promise only if it has to wait (delivery: "The pipeline") */
  join(rooms: string | readonly string[]): void | Promise<void> {
    const list = typeof rooms === "object" ? rooms : [rooms];
    return this.host.pipeline.run(() => {
      if (this.state === "opening") for (const room of list) this.early.add(room);
      else if (this.state !== "closed") this.enter(list);
    });
  }

  /** Leaves the room, after what was emitted before. */
  leave(room: string): void | Promise<void> {
    return this.host.pipeline.run(() => {
      if (this.state === "closed") return; // its id may be another's by now: that of the same session on a newer link
      this.early.delete(room);
      this.session.membership.leave(room, this.host.history?.position);
      this.host.rooms.del(this.id, room);
    });
  }

  /** Everyone in the room but this socket. */
  to(room: string | readonly string[]): BroadcastOperator {
    return this.broadcast.to(room);
  }

  /** The same as `to`. */
  in(room: string | readonly string[]): BroadcastOperator {
    return this.to(room);
  }

  /** Everyone but this socket and the members of the room. */
  except(room: string | readonly string[]): BroadcastOperator {
    return this.broadcast.except(room);
  }

  /** Everyone but this socket. */
  get broadcast(): BroadcastOperator {
    return new BroadcastOperator(this.host, { ...this.target, rooms: [], except: [this.id] });
  }

  /** To this socket, but it may be lost: not in the history, and dropped where its link is congested. */
  get volatile(): BroadcastOperator {
    return new BroadcastOperator(this.host, { ...this.target, logged: false, volatile: true });
  }

  /**
   * Ends the session, after what was emitted before: the client cannot resume it.
   * @param _close as in Socket.IO; a link of the plain wire carries one socket, so it is closed with it
   */
  disconnect(_close = false): this {
    this.host.pipeline.run(() => {
      if (this.end("server namespace disconnect", false))
        this.delivery?.closeAfter(() => this.link?.close("disconnected"));
      else if (this.state === "closed") this.host.forget(this, false); // its link was gone, but its client could come back
    });
    return this;
  }

  /** @internal The link is up; nothing is delivered before it enters its rooms. */
  carriedBy(link: Link): void {
    this.link = link;
    this.delivery = new Delivery({ history: this.host.history, stays: () => this.session.membership.stays }, link);
  }

  /** @internal Connected from now on, in its private room, those of its session and these. */
  enterRooms(rooms: readonly string[]): void {
    if (this.state !== "opening") return;
    this.state = "connected";
    this.host.connected(this);
    this.enter([this.id, ...this.session.membership.rooms, ...rooms, ...this.early]);
  }

  /** @internal It has ended. */
  get isClosed(): boolean {
    return this.state === "closed";
  }

  /** @internal Lets a resume by id alone replay the past of these rooms too. */
  openPast(rooms: Iterable<string>): void {
    this.session.membership.openPast(rooms);
  }

  /** @internal */
  deliver(run: PreparedRun): void {
    try {
      if (run.wantsAck && this.canAck) {
        for (const { ack } of run.events) if (ack !== undefined) this.host.acks.expect(ack, this.id);
      }
      this.delivery?.deliver(run);
    } catch (error) {
      this.host.report(error, this, run.events[0]?.name ?? ""); // the other members still get it
    }
  }

  /** @internal */
  receive(event: IncomingEvent, reply: Reply | undefined): void {
    if (this.state !== "opening") return this.handle(event, reply);
    void this.host.pipeline.run(() => this.handle(event, reply)); // its entrance is waiting there too, ahead of this
  }

  /** @internal */
  answered(ack: number, answer: Answer): void {
    if (this.state !== "closed") this.host.acks.answered(ack, this.id, answer);
  }

  /** @internal */
  drained(): void {
    this.delivery?.drained();
  }

  /** @internal */
  closed(reason: string): void {
    this.host.pipeline.run(() => {
      this.end(reason, true);
      this.delivery?.close();
    });
  }

  /** @internal */
  takeOver(): void {
    this.end("session taken over", true);
    this.delivery?.close();
    this.link?.close("taken-over");
  }

  private enter(rooms: readonly string[]): void {
    for (const room of rooms) this.session.membership.join(room, this.host.history?.position);
    this.host.rooms.addAll(this.id, rooms);
  }

  /** @returns whether it ended now */
  private end(reason: string, resumable: boolean): boolean {
    if (this.state === "opening") this.state = "closed"; // nobody was told of it
    if (this.state !== "connected") return false;
    this.state = "disconnecting";
    this.tell("disconnecting", reason);
    this.state = "closed";
    this.host.forget(this, resumable);
    this.host.acks.gone(this.id);
    this.tell("disconnect", reason);
    return true;
  }

  private handle(event: IncomingEvent, reply: Reply | undefined): void {
    if (this.state === "closed") reply?.(failure("disconnected", "the socket is disconnected"));
    else this.inbound.receive(event, reply && this.inOrder(reply));
  }

  /** An answer comes after what its handler emitted before. */
  private inOrder(reply: Reply): Reply {
    return (answer) => void this.host.pipeline.run(() => reply(answer));
  }

  private tell(event: string, ...args: unknown[]): void {
    dispatch({ emitter: this, event, args, failed: (error) => this.host.report(error, this, event) });
  }

  private get canAck(): boolean {
    return this.link?.canAck ?? true;
  }
}
