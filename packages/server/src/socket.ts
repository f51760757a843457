/** One client in one namespace, whatever carries it. */

import { EventEmitter } from "node:events";
import { AckError, Collector } from "./acks.ts";
import type { Handshake } from "./admission.ts";
import { type BroadcastHost, BroadcastOperator } from "./broadcast.ts";
import { Delivery } from "./delivery.ts";
import { dispatch } from "./dispatch.ts";
import { checkEventName } from "./event-name.ts";
import type { History } from "./history.ts";
import { failure, Inbound, type Reply } from "./inbound.ts";
import type { Answer, IncomingEvent, Link, LinkHandler, PreparedRun, Wire } from "./link.ts";
import { Membership } from "./membership.ts";
import type { Pipeline, RunTarget } from "./pipeline.ts";
import type { ParkedSession, Resumable } from "./recovery.ts";
import type { Rooms } from "./rooms.ts";
import { snapshot } from "./snapshot.ts";

/** What a socket needs of its namespace. */
export interface SocketHost extends BroadcastHost {
  readonly pipeline: Pipeline;
  readonly rooms: Rooms<Socket>;
  readonly history: History | undefined;
  /** Milliseconds that a handler has to answer an ack. */
  readonly ackTimeout: number;
  now(): number;
  /** An error of the program's own, in a listener or a handler. */
  report(error: unknown, socket: Socket, event: string): void;
  /** The socket is up: it counts from now on. */
  connected(socket: Socket): void;
  /** The socket is gone: forget it. */
  forget(socket: Socket, resumable: boolean): void;
}

export interface SocketOptions {
  readonly id: string;
  readonly session: string;
  readonly wire: Wire;
  readonly handshake: Handshake;
  readonly principal: string | undefined;
  /** The session that it goes on with. */
  readonly parked: ParkedSession | undefined;
}

export class Socket extends EventEmitter implements LinkHandler, Resumable {
  /** Public name of the socket, and of its private room. */
  readonly id: string;
  /** What carries it. */
  readonly wire: Wire;
  readonly handshake: Handshake;
  /** Who the client is, by `authenticate`; undefined for anonymous clients. */
  readonly principal: string | undefined;
  /** The program's own; kept when the session is resumed. */
  data: Record<string, unknown> = {};
  /** The session was resumed: id, rooms and data are those of before, and what was missed is replayed. */
  recovered = false;
  /** @internal the secret by which the client comes back */
  readonly session: string;
  /** @internal rooms that the client asked for and was granted */
  granted: readonly string[] = [];
  private readonly host: SocketHost;
  private readonly target: RunTarget;
  private readonly inbound: Inbound;
  private membership = new Membership();
  private readonly pendingAcks = new Set<number>();
  private startedAt: string;
  private currentLink: Link | undefined;
  private outbox: Delivery | undefined;
  private state: "opening" | "connected" | "closed" = "opening";

  constructor(host: SocketHost, options: SocketOptions) {
    super();
    this.host = host;
    this.id = options.id;
    this.session = options.session;
    this.wire = options.wire;
    this.handshake = options.handshake;
    this.principal = options.principal;
    this.startedAt = host.history?.position ?? "";
    this.target = { rooms: [this.id], except: [], logged: true, volatile: false };
    this.inbound = new Inbound({
      emitter: this,
      ackTimeout: host.ackTimeout,
      now: () => host.now(),
      failed: (error, event) => host.report(error, this, event),
    });
    if (options.parked !== undefined) this.restore(options.parked);
  }

  /** Rooms it is in, its private one included. */
  get rooms(): Set<string> {
    return new Set(this.host.rooms.socketRooms(this.id));
  }

  get connected(): boolean {
    return this.state === "connected";
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
    checkEventName(name);
    const last = args.at(-1);
    if (typeof last === "function") {
      this.emitAwaited({ name, args: args.slice(0, -1), timeout: undefined }, (error, answer) => {
        if (error === null) Reflect.apply(last, undefined, [answer]);
        else if (error.code === "ack-unsupported") this.host.report(error, this, name);
      });
    } else this.host.send(this.target, { name, args: snapshot(args), id: undefined, ack: undefined });
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
    return this.request({ name, args, timeout: undefined });
  }

  /** Acks within `ms` milliseconds, or an error. */
  timeout(ms: number): TimedEmitter {
    return {
      emit: (name, ...args) => {
        const callback = args.at(-1);
        if (typeof callback !== "function") throw new TypeError("timeout(ms).emit needs a callback as last argument");
        this.emitAwaited({ name, args: args.slice(0, -1), timeout: ms }, (error, answer) =>
          Reflect.apply(callback, undefined, error === null ? [null, answer] : [error]),
        );
        return true;
      },
      emitWithAck: (name, ...args) => this.request({ name, args, timeout: ms }),
    };
  }

  /** Joins the rooms, after what was emitted before. @returns a promise only if it has to wait (delivery: "The pipeline") */
  join(rooms: string | readonly string[]): void | Promise<void> {
    const list = typeof rooms === "string" ? [rooms] : rooms;
    return this.host.pipeline.run(() => {
      if (this.state === "closed") return;
      this.enter(list);
    });
  }

  /** Leaves the room, after what was emitted before. */
  leave(room: string): void | Promise<void> {
    return this.host.pipeline.run(() => {
      this.membership.leave(room, this.host.history?.position);
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
      this.end("server namespace disconnect", false);
      this.currentLink?.close("disconnected");
    });
    return this;
  }

  /** @internal The link is up; nothing is delivered before it enters its rooms. */
  carriedBy(link: Link): void {
    this.currentLink = link;
    this.outbox = new Delivery({ history: this.host.history, stays: () => this.membership.stays }, link);
  }

  /** @internal Connected from now on, in its private room, those of its session and these. */
  enterRooms(rooms: readonly string[]): void | Promise<void> {
    return this.host.pipeline.run(() => {
      if (this.state === "closed") return;
      this.state = "connected";
      this.host.connected(this);
      this.enter([this.id, ...this.membership.rooms, ...rooms]);
    });
  }

  /** @internal Goes on with what was kept of the session. */
  restore(kept: ParkedSession): void {
    this.recovered = true;
    this.data = kept.data;
    this.startedAt = kept.startedAt;
    this.granted = kept.granted;
    this.inbound.once = kept.once;
    this.membership = new Membership(kept.stays);
  }

  /** @internal */
  get delivery(): Delivery | undefined {
    return this.outbox;
  }

  /** @internal */
  get link(): Link | undefined {
    return this.currentLink;
  }

  /** @internal Lets a resume by id alone replay the past of these rooms too. */
  openPast(rooms: Iterable<string>): void {
    this.membership.openPast(rooms);
  }

  /** @internal */
  deliver(run: PreparedRun): void {
    if (run.wantsAck && this.currentLink?.canAck === true) {
      for (const { ack } of run.events) {
        if (ack === undefined) continue;
        this.pendingAcks.add(ack);
        this.host.acks.get(ack)?.expect(this.id);
      }
    }
    this.outbox?.deliver(run);
  }

  /** @internal */
  receive(event: IncomingEvent, reply: Reply | undefined): void {
    if (this.state === "closed") reply?.(failure("disconnected", "the socket is disconnected"));
    else this.inbound.receive(event, reply);
  }

  /** @internal */
  answered(ack: number, answer: Answer): void {
    if (this.pendingAcks.delete(ack)) this.host.acks.get(ack)?.answer(this.id, answer);
  }

  /** @internal */
  drained(): void {
    this.outbox?.drained();
  }

  /** @internal */
  closed(reason: string): void {
    this.host.pipeline.run(() => this.end(reason, true));
  }

  /** @internal */
  takeOver(): void {
    this.end("session taken over", true);
    this.currentLink?.close("taken-over");
  }

  /** @internal */
  park(): ParkedSession {
    const { session, id, principal, granted, data, startedAt } = this;
    const { stays } = this.membership;
    return { session, socket: id, principal, granted, stays, data, once: this.inbound.once, startedAt };
  }

  private enter(rooms: readonly string[]): void {
    for (const room of rooms) this.membership.join(room, this.host.history?.position);
    this.host.rooms.addAll(this.id, rooms);
  }

  private end(reason: string, resumable: boolean): void {
    if (this.state === "closed") return;
    this.tell("disconnecting", reason);
    this.state = "closed";
    this.outbox?.close();
    this.host.forget(this, resumable);
    for (const ack of this.pendingAcks) this.host.acks.get(ack)?.gone(this.id);
    this.pendingAcks.clear();
    this.tell("disconnect", reason);
  }

  private tell(event: string, ...args: unknown[]): void {
    dispatch({ emitter: this, event, args, failed: (error) => this.host.report(error, this, event) });
  }

  private request(emit: AwaitedEmit): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.emitAwaited(emit, (error, answer) => (error === null ? resolve(answer) : reject(error)));
    });
  }

  private emitAwaited(emit: AwaitedEmit, done: (error: AckError | null, answer: unknown) => void): void {
    checkEventName(emit.name);
    if (this.state === "closed") return done(new AckError("disconnected", "the socket is disconnected"), undefined);
    if (this.currentLink?.canAck === false) return done(unsupported(), undefined);
    const { acks } = this.host;
    const collector = new Collector(emit.timeout, (error, answers) => {
      acks.remove(ack);
      this.pendingAcks.delete(ack);
      done(error, answers.get(this.id));
    });
    const ack = acks.add(collector);
    const event = { name: emit.name, args: snapshot(emit.args), id: undefined, ack };
    this.host.send({ ...this.target, logged: false }, event);
  }
}

interface AwaitedEmit {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly timeout: number | undefined;
}

export interface TimedEmitter {
  emit(name: string, ...args: readonly unknown[]): true;
  emitWithAck(name: string, ...args: readonly unknown[]): Promise<unknown>;
}

function unsupported(): AckError {
  return new AckError("ack-unsupported", "this client cannot answer: a bare WebSocket has to offer anywire.v1");
}
