/** A namespace: its sockets, its rooms, and the one order of what happens in it. */

import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { inspect } from "node:util";
import { Acks } from "./acks.ts";
import type { Adapter } from "./adapter.ts";
import type { AdmissionRequest } from "./admission.ts";
import { BroadcastOperator } from "./broadcast.ts";
import { dispatch } from "./dispatch.ts";
import type { History } from "./history.ts";
import type { SocketHost } from "./host.ts";
import { type OutgoingEvent, PreparedRun } from "./link.ts";
import type { Middleware } from "./middleware.ts";
import { Pipeline, type Run, type RunTarget } from "./pipeline.ts";
import { Sessions } from "./recovery.ts";
import { Rooms } from "./rooms.ts";
import { privateRoomPrefix, Session, type SessionIdentity } from "./session.ts";
import { Socket } from "./socket.ts";

export interface NamespaceOptions {
  readonly history: History | undefined;
  readonly ackTimeout: number;
}

/** Sessions whose clients are away: as many as may be connected by default, since all may lose their links at once. */
const maxParked = 100_000;

/** Milliseconds after which a client of a server that shuts down may come back, at least. */
const minRetry = 1_000;

const everyone: RunTarget = { rooms: [], except: [], logged: true, volatile: false };

/** What listeners of a namespace are called with. */
export interface NamespaceEvents {
  /** A client is in. */
  connection: [socket: Socket];
  /** The program's own error, in a listener of this socket's event, where there is one. */
  error: [error: unknown, socket?: Socket, event?: string];
}

/** A listener may be async: a resume waits for those of `connection`, and a rejection is an error like a throw. */
export type NamespaceListener<Event extends keyof NamespaceEvents> = (...args: NamespaceEvents[Event]) => unknown;

export class Namespace extends EventEmitter implements SocketHost {
  /** Connected sockets by id. */
  readonly sockets: ReadonlyMap<string, Socket>;
  /** @internal */
  readonly acks = new Acks();
  /** @internal */
  readonly middleware: Middleware[] = [];
  /** @internal */
  readonly pipeline: Pipeline;
  /** @internal */
  readonly rooms: Adapter;
  /** @internal */
  readonly sessions: Sessions<Socket>;
  /** @internal */
  readonly history: History | undefined;
  /** @internal */
  readonly ackTimeout: number;
  private readonly members = new Map<string, Socket>();
  /** Told when the last socket is gone, by whom the namespace is shut down. */
  private emptied: (() => void) | undefined;

  constructor({ history, ackTimeout }: NamespaceOptions) {
    super();
    this.sockets = this.members;
    this.history = history;
    this.ackTimeout = ackTimeout;
    this.rooms = new Rooms(this.members);
    this.sessions = new Sessions({ age: history?.sessionAge ?? 0, maxParked, now: () => this.now() });
    this.pipeline = new Pipeline({
      history,
      deliver: (run) => this.deliver(run),
      defer: (callback) => process.nextTick(callback),
      failed: (error) => this.raise(error),
    });
  }

  override on<Event extends keyof NamespaceEvents>(event: Event, listener: NamespaceListener<Event>): this {
    return super.on(event, listener);
  }

  override once<Event extends keyof NamespaceEvents>(event: Event, listener: NamespaceListener<Event>): this {
    return super.once(event, listener);
  }

  override off<Event extends keyof NamespaceEvents>(event: Event, listener: NamespaceListener<Event>): this {
    return super.off(event, listener);
  }

  use(middleware: Middleware): this {
    this.middleware.push(middleware);
    return this;
  }

  /** To everyone in the namespace; see {@link BroadcastOperator.emit}. */
  override emit(name: string, ...args: readonly unknown[]): boolean {
    return this.operator.emit(name, ...args);
  }

  /** Whoever the operator's methods choose; everyone at first. */
  get operator(): BroadcastOperator {
    return new BroadcastOperator(this, everyone);
  }

  /** @internal @param names those of the session that it may go on with; new ones if undefined */
  createSocket({ wire, handshake, principal }: AdmissionRequest, names: SessionIdentity | undefined): Socket {
    const session = new Session(names ?? newIdentity(principal), this.history?.position ?? "");
    return new Socket(this, { session, wire, handshake });
  }

  /** @internal Calls the `connection` handlers. @returns what they have not finished */
  announce(socket: Socket): Promise<void>[] {
    const failed = (error: unknown): void => this.report(error, socket, "connection");
    return dispatch({ emitter: this, event: "connection", args: [socket], failed });
  }

  /** @internal */
  send(target: RunTarget, event: OutgoingEvent): void {
    this.pipeline.emit(target, event);
  }

  /** @internal */
  visit(target: RunTarget, visit: (socket: Socket) => void): void | Promise<void> {
    return this.pipeline.run(() => {
      for (const id of this.rooms.sockets(target)) {
        const socket = this.members.get(id);
        if (socket !== undefined) visit(socket); // an earlier visit may have ended it
      }
    });
  }

  /** @internal */
  connected(socket: Socket): void {
    this.members.set(socket.id, socket);
    this.sessions.add(socket);
  }

  /** @internal */
  forget(socket: Socket, resumable: boolean): void {
    const knowsSession = socket.recovered || socket.link?.hearsHello === true;
    this.sessions.remove(socket, resumable && knowsSession);
    if (this.members.get(socket.id) !== socket) return;
    this.rooms.delAll(socket.id);
    this.members.delete(socket.id);
    if (this.members.size === 0) this.emptied?.();
  }

  /**
   * @internal Closes every link, spread over `drain` milliseconds; each client is told when to come back.
   * @returns when the last is gone
   */
  async shutDown(drain: number): Promise<void> {
    const leaving = [...this.members.values()];
    if (leaving.length === 0) return;
    const emptied = new Promise<void>((resolve) => {
      this.emptied = resolve;
    });
    const timers = leaving.map((socket, index) =>
      this.sendAway(socket, { after: (drain * index) / leaving.length, drain }),
    );
    await emptied;
    for (const timer of timers) clearTimeout(timer);
  }

  private sendAway({ link }: Socket, { after, drain }: { after: number; drain: number }): NodeJS.Timeout | undefined {
    const retry = minRetry + Math.round(Math.random() * Math.max(drain, minRetry));
    const close = (): void => link?.close("shutting-down", retry);
    if (after > 0) return setTimeout(close, after);
    close();
    return undefined;
  }

  /** @internal */
  now(): number {
    return Date.now();
  }

  /** @internal An error in one of the program's listeners: it never ends the process. */
  report(error: unknown, socket: Socket | undefined, event: string): void {
    this.raise(error, socket, event);
  }

  private deliver({ target, events }: Run): void {
    const failed = (error: unknown, { name }: OutgoingEvent): void => this.report(error, undefined, name);
    this.rooms.broadcast(new PreparedRun(events, target.volatile, failed), target);
    for (const { ack } of events) if (ack !== undefined) this.acks.sent(ack);
  }

  private raise(...args: readonly [error: unknown, socket?: Socket | undefined, event?: string]): void {
    if (this.listenerCount("error") === 0) warn(args[0]);
    else dispatch({ emitter: this, event: "error", args, failed: warn });
  }
}

function newIdentity(principal: string | undefined): SessionIdentity {
  const secret = randomBytes(24).toString("base64url"); // 192 bits
  return { secret, socket: privateRoomPrefix + randomBytes(15).toString("base64url").slice(1), principal };
}

/** An error that nobody listens for. */
function warn(error: unknown): void {
  process.emitWarning(inspect(error), "UnhandledServerError");
}
