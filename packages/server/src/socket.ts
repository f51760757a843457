/** One client in one namespace, whatever carries it: the API of Socket.IO's `Socket`. */

import type { IncomingMessage } from "node:http";
import type {
  AllButLast,
  Anything,
  DecorateAcknowledgements,
  DecorateAcknowledgementsWithMultipleResponses,
  DefaultEventsMap,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
} from "@anywire/protocol/emitter";
import type { Adapter } from "./adapter.ts";
import { BroadcastOperator } from "./broadcast.ts";
import { CatchAllSocket } from "./catch-all-socket.ts";
import { attempt } from "./dispatch.ts";
import { eventNameOf } from "./event-name.ts";
import type { Handshake } from "./handshake.ts";
import { LateHandshake } from "./late-handshake.ts";
import type { SendOptions, Wire } from "./link.ts";
import type { Namespace } from "./namespace.ts";
import type { RunTarget } from "./pipeline.ts";
import { PlainClient } from "./plain-client.ts";
import { type AwaitedAnswer, awaitAnswer } from "./requests.ts";
import type { Server } from "./server.ts";
import type { Session } from "./session.ts";
import type { ClientConnection, SocketClient } from "./socket-client.ts";

interface SocketSetup {
  readonly id: string;
  readonly wire: Wire;
  /** Undefined on plain wires. */
  readonly client: SocketClient | undefined;
  /** Who the client is, by `authenticate`. */
  readonly principal: string | undefined;
  readonly session: Session | undefined;
  readonly onceKey: string | undefined;
  readonly handshake: Handshake | LateHandshake;
}

/** What `volatile`, `compress` and `timeout` have said about the next emit. */
interface EmitFlags extends SendOptions {
  timeout?: number;
  volatile?: boolean;
  compress?: boolean;
}

interface Request {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly flags: EmitFlags;
}

const noFlags: EmitFlags = Object.freeze({});

/** With whatever maps. */
export type AnySocket = Socket<Anything, Anything, Anything, Anything>;

/**
 * @typeParam Listen events that the client sends
 * @typeParam Emit events that are sent to it
 * @typeParam ServerSide events between servers
 * @typeParam Data the program's own, in `data`
 */
export class Socket<
  Listen extends EventsMap = DefaultEventsMap,
  Emit extends EventsMap = Listen,
  ServerSide extends EventsMap = DefaultEventsMap,
  Data = Anything,
> extends CatchAllSocket<Listen, Emit> {
  /** The namespace that it is in. */
  readonly nsp: Namespace<Listen, Emit, ServerSide, Data>;
  /** Who the client is, by `authenticate`; undefined for anonymous clients. */
  readonly principal: string | undefined;
  private carrier: SocketClient | undefined;
  private flags: EmitFlags;
  private ownData: Anything;
  private knownHandshake: Handshake | LateHandshake;

  constructor(namespace: Namespace<Listen, Emit, ServerSide, Data>, setup: SocketSetup) {
    super(namespace, setup);
    this.nsp = namespace;
    this.principal = setup.principal;
    this.carrier = setup.client;
    this.flags = noFlags;
    this.ownData = undefined;
    this.knownHandshake = setup.handshake;
  }

  /** What is known of the client from its first request. */
  get handshake(): Handshake {
    const known = this.knownHandshake;
    const handshake = known instanceof LateHandshake ? known.read() : known;
    this.knownHandshake = handshake;
    return handshake;
  }

  /** What it shares with the sockets of other namespaces that the same connection carries. */
  get client(): SocketClient {
    this.carrier ??= new PlainClient(this);
    return this.carrier;
  }

  get server(): Server<Listen, Emit, ServerSide, Data> {
    return this.nsp.server;
  }

  get adapter(): Adapter {
    return this.nsp.adapter;
  }

  /** The first request of the connection; a plain wire keeps none. */
  get request(): IncomingMessage {
    return this.client.request;
  }

  /** The Engine.IO session. */
  get conn(): ClientConnection {
    return this.client.conn;
  }

  /** The program's own; kept when the session is resumed. */
  get data(): Data {
    if (this.session !== undefined) return this.session.data;
    this.ownData ??= {};
    return this.ownData;
  }

  set data(data: Data) {
    if (this.session === undefined) this.ownData = data;
    else this.session.data = data;
  }

  /** Rooms it is in, its private one included. A copy. */
  get rooms(): Set<string> {
    return new Set(this.adapter.socketRooms(this.id));
  }

  get connected(): boolean {
    return this.state === "connected" || this.state === "disconnecting";
  }

  get disconnected(): boolean {
    return !this.connected;
  }

  /**
   * Sends an event to this client. With a function as last argument, it is called with the client's answer:
   * `(...answer)`, or `(error, ...answer)` after `timeout(ms)`.
   * @throws {TypeError} if the name is reserved or holds CR, LF or NUL, or the arguments cannot be encoded
   */
  override emit<Name extends EventNames<Emit>>(event: Name, ...args: EventParams<Emit, Name>): boolean;
  override emit(event: string, ...args: readonly unknown[]): boolean {
    const name = eventNameOf(event);
    const { flags } = this;
    this.flags = noFlags;
    const last = args.at(-1);
    if (typeof last === "function") this.emitAwaited({ name, args: args.slice(0, -1), flags }, last);
    else this.sendEvent({ name, args, id: undefined, ack: undefined }, flags);
    return true;
  }

  /** `emit("message", …)`; on plain wires, one string or one piece of binary data travels as it is. */
  send(...args: EventParams<Emit, "message">): this {
    this.emit("message", ...args);
    return this;
  }

  /** The same as `send`. */
  write(...args: EventParams<Emit, "message">): this {
    return this.send(...args);
  }

  /**
   * @returns the client's answer
   * @throws {AckError} `timeout`, `ack-unsupported`, `disconnected`, or the client's own code
   */
  emitWithAck<Name extends EventNamesWithAck<Emit>>(
    event: Name,
    ...args: AllButLast<EventParams<Emit, Name>>
  ): Promise<FirstNonErrorArg<Last<EventParams<Emit, Name>>>>;
  emitWithAck(event: string, ...args: readonly unknown[]): Promise<unknown> {
    const name = eventNameOf(event);
    const { flags } = this;
    this.flags = noFlags;
    return new Promise((resolve, reject) => {
      this.ask({ name, args, flags }, (error, [answer]) => (error === null ? resolve(answer) : reject(error)));
    });
  }

  /** The next emit may be lost: it is not in the history, and is dropped where the link is congested. */
  get volatile(): this {
    this.flags = { ...this.flags, volatile: true };
    return this;
  }

  /** Whether the next emit is compressed, where the wire has agreed on compression. */
  compress(compress: boolean): this {
    this.flags = { ...this.flags, compress };
    return this;
  }

  /** The ack of the next emit comes within so many milliseconds, or it is an error (`timeout`). */
  timeout(ms: number): Socket<Listen, DecorateAcknowledgements<Emit>, ServerSide, Data>;
  timeout(ms: number): this {
    this.flags = { ...this.flags, timeout: ms };
    return this;
  }

  /**
   * Joins the rooms, after what was emitted before.
   * @returns a promise only if it has to wait: for what was emitted before (delivery: "The pipeline"), or the adapter
   */
  join(rooms: string | readonly string[]): void | Promise<void> {
    const list = typeof rooms === "object" ? rooms : [rooms];
    return this.nsp.pipeline.run(() => {
      if (this.state === "opening") for (const room of list) this.whenConnected.rooms.add(room);
      else if (this.state !== "closed") return this.enter(list);
      return undefined;
    });
  }

  /** Leaves the room, after what was emitted before. */
  leave(room: string): void | Promise<void> {
    return this.nsp.pipeline.run(() => {
      if (this.state === "closed") return; // its id may be another's by now: that of the same session on a newer link
      this.early?.rooms.delete(room);
      this.session?.membership.leave(room, this.nsp.history?.position);
      return this.adapter.del(this.id, room);
    });
  }

  /** Leaves all rooms, its private one included. */
  leaveAll(): void {
    for (const room of this.rooms) void this.leave(room);
  }

  /** Everyone in the room but this socket. */
  to(room: string | readonly string[]): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<Emit>, Data> {
    return this.broadcast.to(room);
  }

  /** The same as `to`. */
  in(room: string | readonly string[]): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<Emit>, Data> {
    return this.to(room);
  }

  /** Everyone but this socket and the members of the room. */
  except(
    room: string | readonly string[],
  ): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<Emit>, Data> {
    return this.broadcast.except(room);
  }

  /** Everyone but this socket. */
  get broadcast(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<Emit>, Data> {
    const { volatile = false, compress, timeout } = this.flags;
    this.flags = noFlags;
    const target: RunTarget = { rooms: [], except: [this.id], logged: !volatile, volatile, compress, local: false };
    return new BroadcastOperator(this.nsp, target, { timeout });
  }

  /** Everyone on this node but this socket. */
  get local(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<Emit>, Data> {
    return this.broadcast.local;
  }

  /**
   * Ends the session, after what was emitted before: the client cannot resume it.
   * @param close whether the connection is closed, with the sockets of other namespaces that it carries
   */
  disconnect(close = false): this {
    if (close) this.client.disconnect();
    else this.nsp.pipeline.do(() => this.leaveNamespace());
    return this;
  }

  /** @internal The client has left the namespace: it does not come back. */
  leftByClient(): void {
    this.nsp.pipeline.do(() => {
      this.end({ reason: "client namespace disconnect", resumable: false });
      this.delivery?.close();
    });
  }

  /** @internal Lets a resume by id alone replay the past of these rooms too. */
  openPast(rooms: Iterable<string>): void {
    this.session?.membership.openPast(rooms);
  }

  protected get self(): AnySocket {
    return this;
  }

  private leaveNamespace(): void {
    const leave = (): void => this.link?.close("disconnected");
    if (this.end({ reason: "server namespace disconnect", resumable: false })) {
      if (this.delivery === undefined) leave();
      else this.delivery.closeAfter(leave);
    } else if (this.state === "closed") this.nsp.forget(this, false); // its link was gone, but its client could come back
  }

  private emitAwaited(request: Request, callback: NonNullable<unknown>): void {
    const { name, flags } = request;
    const call = (args: unknown[]): void => {
      attempt(
        () => Reflect.apply(callback as () => unknown, this, args), // `emit` has looked
        (error) => this.nsp.report(error, this, name),
      );
    };
    this.ask(request, (error, answer) => {
      if (flags.timeout !== undefined) call(error === null ? [null, ...answer] : [error]);
      else if (error === null) call(answer);
      else if (error.code === "ack-unsupported") this.nsp.report(error, this, name); // it would wait for ever
    });
  }

  /** @throws {TypeError} if the event cannot be sent: nobody waits then */
  private ask({ name, args, flags }: Request, done: AwaitedAnswer["done"]): void {
    const obstacle = this.obstacle;
    if (obstacle !== undefined) {
      this.nsp.keep(args); // a mistake is one, whoever would have heard it
      return done(obstacle, []);
    }
    const ack = this.nsp.nextAck();
    this.sendEvent({ name, args, id: undefined, ack }, flags);
    this.acks.set(ack, awaitAnswer({ timeout: flags.timeout, expired: () => this.acks.delete(ack), done }));
  }
}
