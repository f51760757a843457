/** What a namespace is beneath its API: its sockets, its adapter, its history, and the one order of what happens in it. */

import { inspect } from "node:util";
import type { Anything, EventsMap } from "@anywire/protocol/emitter";
import { type Packet, PacketType } from "@anywire/protocol/socket";
import { type AckListener, BroadcastAcks, type BroadcastAcksPort } from "./acks.ts";
import type { Adapter, BroadcastAnswered, BroadcastOptions } from "./adapter.ts";
import { requestByAdapter } from "./adapter-acks.ts";
import { BroadcastEmitter } from "./broadcast-emitter.ts";
import { comeBackAfter } from "./come-back.ts";
import { dispatch } from "./dispatch.ts";
import { SocketFormat } from "./engine/socket-format.ts";
import type { History } from "./history.ts";
import type { SocketHost } from "./host.ts";
import { type OutgoingEvent, PreparedRun, type SendOptions } from "./link.ts";
import type { Middleware } from "./middleware.ts";
import { OnceTables } from "./once-tables.ts";
import { Pipeline, type Run, type RunTarget } from "./pipeline.ts";
import { Sessions } from "./recovery.ts";
import type { NamespaceReservedEvents } from "./reserved-events.ts";
import { Rooms } from "./rooms.ts";
import type { Server } from "./server.ts";
import { snapshot, snapshotOfKinds } from "./snapshot.ts";
import type { AnySocket, Socket } from "./socket.ts";
import { broadcastOptions, targetOf } from "./target.ts";

/** Sessions whose clients are away: as many as may be connected by default, since all may lose their links at once. */
const maxParked = 100_000;

/** How Socket.IO clients are written to: with the offset of each event, if they may come back by it. */
interface SocketFormats {
  readonly plain: SocketFormat;
  readonly withOffset: SocketFormat;
}

export abstract class NamespaceCore<
    Listen extends EventsMap,
    Emit extends EventsMap,
    ServerSide extends EventsMap,
    Data,
  >
  extends BroadcastEmitter<ServerSide, Emit, NamespaceReservedEvents<Socket<Listen, Emit, ServerSide, Data>>, Data>
  implements SocketHost
{
  /** As clients ask for it; begins with `/`. */
  readonly name: string;
  readonly server: Server<Listen, Emit, ServerSide, Data>;
  /** Connected sockets by id. */
  readonly sockets: Map<string, Socket<Listen, Emit, ServerSide, Data>>;
  /** Rooms and their members, here and, by an adapter of the program's, on other nodes. */
  adapter: Adapter;
  /** @internal The number of the next event that wants an ack. Adapters count it up. */
  _ids: number;
  /** @internal What sockets pass before they are connected. */
  readonly _fns: Middleware[];
  /** @internal */
  readonly pipeline: Pipeline;
  /** @internal */
  readonly sessions: Sessions<AnySocket>;
  /** @internal */
  readonly onces: OnceTables;
  /** @internal */
  readonly history: History | undefined;
  /** @internal */
  readonly formats: SocketFormats;
  /** @internal Clients on their way in. */
  entering: number;
  /** @internal Told each time that nobody is in. */
  whenEmpty: (() => void) | undefined;
  private readonly broadcasts: Map<number, BroadcastAcks>;
  /** Told when the last socket is gone, by whom the namespace is shut down. */
  private emptied: (() => void) | undefined;

  constructor(server: Server<Listen, Emit, ServerSide, Data>, name: string) {
    super();
    this.name = name;
    this.server = server;
    this.sockets = new Map();
    this._ids = 0;
    this._fns = [];
    this.history = server.openHistory(name);
    this.formats = {
      plain: new SocketFormat(name, server.foreignEncoder, false),
      withOffset: new SocketFormat(name, server.foreignEncoder, true),
    };
    this.entering = 0;
    this.whenEmpty = undefined;
    this.broadcasts = new Map();
    this.emptied = undefined;
    this.sessions = new Sessions({ age: this.history?.sessionAge ?? 0, maxParked, now: () => this.now() });
    this.onces = new OnceTables(() => this.now());
    this.pipeline = new Pipeline({
      history: this.history,
      turn: server.turn,
      deliver: (run) => this.deliver(run),
      defer: (callback) => process.nextTick(callback),
      failed: (error) => this.report(error, undefined, ""),
    });
    this.adapter = this.openAdapter();
  }

  /** @internal */
  get ackTimeout(): number {
    return this.server.limits.ackTimeout;
  }

  /** @internal Takes the adapter that the server is told to use from now on. */
  _initAdapter(): void {
    this.adapter = this.openAdapter();
  }

  /** @internal Calls the `connection` handlers. @returns what they have not finished */
  announce(socket: AnySocket): Promise<void>[] {
    const failed = (error: unknown): void => this.report(error, socket, "connection");
    return ["connect", "connection"].flatMap((event) => dispatch({ emitter: this, event, args: [socket], failed }));
  }

  /** @internal */
  broadcast(target: RunTarget, event: OutgoingEvent): void {
    this.pipeline.emit(target, event);
  }

  /** @internal */
  request(target: RunTarget, event: OutgoingEvent, { timeout, done }: Omit<BroadcastAcksPort, "forget">): void {
    if (!(this.adapter instanceof Rooms)) {
      const packet = this.packetOf(event);
      const options = broadcastOptions(target, timeout);
      const expired = (): void => this.waiveAnswers(packet.id);
      this.pipeline.do(() => requestByAdapter(this.adapter, { packet, options, timeout, done, expired }));
      return;
    }
    const ack = this.nextAck();
    const forget = (isOwed: boolean): void => {
      this.broadcasts.delete(ack);
      if (isOwed) this.waiveAnswers(ack);
    };
    this.broadcasts.set(ack, new BroadcastAcks({ timeout, done, forget }));
    this.pipeline.emit(target, { ...event, ack });
  }

  /** @internal As an adapter asks for it. @returns how many sockets were asked for an answer */
  broadcastPacket(packet: Packet, options: BroadcastOptions, answered?: BroadcastAnswered): number {
    const event = eventOf(packet);
    if (event === undefined) {
      this.report(new TypeError("an adapter can broadcast events only"), undefined, "adapter");
      return 0;
    }
    const target = targetOf(options);
    if (answered === undefined || !(this.adapter instanceof Rooms)) {
      this.broadcast(target, event);
      return 0;
    }
    const asked = this.adapter.idsOf(target);
    const ack = this.nextAck();
    for (const id of asked) this.sockets.get(id)?.acks.set(ack, answered);
    this.broadcast({ ...target, logged: false }, { ...event, ack });
    return asked.size;
  }

  /** @internal */
  keep(args: readonly unknown[]): readonly unknown[] {
    return this.server.foreignEncoder === undefined ? snapshot(args) : snapshotOfKinds(args);
  }

  /** @internal */
  nextAck(): number {
    const ack = this._ids;
    this._ids += 1;
    return ack;
  }

  /** @internal */
  expectAnswer(ack: number): AckListener | undefined {
    return this.broadcasts.get(ack)?.expect();
  }

  /** @internal */
  prepare(events: readonly OutgoingEvent[], options: SendOptions): PreparedRun {
    return new PreparedRun(events, options, (error, { name }) => this.report(error, undefined, name));
  }

  /** @internal */
  arrived(socket: AnySocket): void {
    this.sockets.set(socket.id, socket);
    this.sessions.add(socket);
  }

  /** @internal */
  forget(socket: AnySocket, resumable: boolean): void {
    const knowsSession = socket.recovered || socket.link?.hearsHello === true;
    this.sessions.remove(socket, resumable && knowsSession);
    if (this.sockets.get(socket.id) !== socket) return;
    void this.adapter.delAll(socket.id);
    this.sockets.delete(socket.id);
    if (this.sockets.size === 0) this.emptied?.();
    this.leaveIfEmpty();
  }

  /** @internal Nobody is in any more, or came in. */
  leaveIfEmpty(): void {
    if (this.sockets.size === 0 && this.entering === 0) this.whenEmpty?.();
  }

  /**
   * @internal Closes every link, spread over `drain` milliseconds; each client is told when to come back.
   * @returns when the last is gone
   */
  async shutDown(drain: number): Promise<void> {
    const leaving = [...this.sockets.values()];
    if (leaving.length > 0) {
      const emptied = new Promise<void>((resolve) => {
        this.emptied = resolve;
      });
      const timers = leaving.map((socket, index) =>
        sendAway(socket, { after: (drain * index) / leaving.length, drain }),
      );
      await emptied;
      for (const timer of timers) clearTimeout(timer);
    }
    await this.adapter.close();
    await this.history?.close();
  }

  /** @internal Of this namespace: acks that are waited for, and sessions whose clients may come back. */
  get waiting(): { readonly acks: number; readonly sessions: number } {
    let acks = this.broadcasts.size;
    for (const socket of this.sockets.values()) acks += socket.owedAnswers;
    return { acks, sessions: this.sessions.sizes.parked };
  }

  /** @internal */
  now(): number {
    return Date.now();
  }

  /** @internal An error in one of the program's listeners: it never ends the process. */
  report(error: unknown, socket: AnySocket | undefined, event: string): void {
    const hearer = this.listenerCount("error") > 0 ? this : this.server.sockets;
    if (hearer === undefined || hearer.listenerCount("error") === 0) warn(error);
    else dispatch({ emitter: hearer, event: "error", args: [error, socket, event], failed: warn });
  }

  /** A namespace that carries sockets has one of the program's, if there is one. */
  protected openAdapter(): Adapter {
    const Constructor = this.server.adapterConstructor;
    if (Constructor === undefined)
      return new Rooms(this as unknown as NamespaceCore<Anything, Anything, Anything, Anything>);
    const adapter: Adapter = Reflect.construct(Constructor, [this]);
    const failed = (error: unknown): void => this.report(error, undefined, "adapter");
    Promise.resolve(adapter.init()).catch(failed);
    return adapter;
  }

  private deliver({ target, events }: Run): void {
    const run = this.prepare(events, { volatile: target.volatile, compress: target.compress });
    if (this.adapter instanceof Rooms) this.adapter.deliver(run, target);
    else this.deliverByAdapter(run, target);
    for (const { ack } of events) if (ack !== undefined) this.broadcasts.get(ack)?.sent();
  }

  /** It takes one event at a time, and hands it to the sockets here too. */
  private deliverByAdapter(run: PreparedRun, target: RunTarget): void {
    const options = broadcastOptions(target);
    for (const event of run.events) {
      const alone = run.events.length === 1 ? run : this.prepare([event], run.options);
      this.adapter.broadcast(this.server.encoder.packetOf(this.name, event, alone), options);
    }
  }

  /** Nobody waits for this ack any more. */
  private waiveAnswers(ack: number | undefined): void {
    if (ack === undefined) return;
    for (const socket of this.sockets.values()) if (socket.owedAnswers > 0) socket.acks.delete(ack);
  }

  private packetOf({ name, args }: OutgoingEvent): Packet {
    return { type: PacketType.EVENT, nsp: this.name, data: [name, ...args] };
  }
}

/** @returns undefined for what another node should not have sent */
function eventOf({ type, data }: Packet): OutgoingEvent | undefined {
  if ((type !== PacketType.EVENT && type !== PacketType.BINARY_EVENT) || !Array.isArray(data)) return undefined;
  const [name, ...args]: unknown[] = data;
  if (typeof name !== "string" && typeof name !== "number") return undefined;
  return { name: String(name), args, id: undefined, ack: undefined };
}

function sendAway({ link }: AnySocket, { after, drain }: { after: number; drain: number }): NodeJS.Timeout | undefined {
  const close = (): void => link?.close("shutting-down", comeBackAfter(drain));
  if (after > 0) return setTimeout(close, after);
  close();
  return undefined;
}

/** An error that nobody listens for. */
function warn(error: unknown): void {
  process.emitWarning(inspect(error), "UnhandledServerError");
}
