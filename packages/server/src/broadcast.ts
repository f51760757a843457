/** `io.to(…)`, `socket.broadcast`, …: an immutable choice of sockets, and what can be done with them. Socket.IO's `BroadcastOperator`. */

import type {
  AllButLast,
  Anything,
  DecorateAcknowledgements,
  EventNames,
  EventNamesWithError,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
  TypedEventBroadcaster,
} from "@anywire/protocol/emitter";
import type { AckError } from "./acks.ts";
import { attempt } from "./dispatch.ts";
import { eventNameOf } from "./event-name.ts";
import type { BroadcastHost } from "./host.ts";
import type { RunTarget } from "./pipeline.ts";
import { RemoteSocket } from "./remote-socket.ts";
import { broadcastOptions } from "./target.ts";

/** How the acks of a broadcast are waited for. */
interface AckOptions {
  /** Milliseconds; undefined waits as long as the sockets live. */
  readonly timeout?: number | undefined;
  /** The one answer, not a list of them. @default false */
  readonly single?: boolean | undefined;
}

/** With whatever maps. */
export type AnyOperator = BroadcastOperator<Anything, Anything>;

/**
 * @typeParam Emit events that it sends
 * @typeParam Data the program's own of each socket
 */
export class BroadcastOperator<Emit extends EventsMap, Data> implements TypedEventBroadcaster<Emit> {
  private readonly host: BroadcastHost;
  private readonly target: RunTarget;
  private readonly acks: AckOptions;

  /** @internal */
  constructor(host: BroadcastHost, target: RunTarget, acks: AckOptions = {}) {
    this.host = host;
    this.target = target;
    this.acks = acks;
  }

  /** Members of the room, or of any of these, and of those named before. */
  to(room: string | readonly string[]): BroadcastOperator<Emit, Data> {
    return this.with({ rooms: union(this.target.rooms, room) });
  }

  /** The same as `to`. */
  in(room: string | readonly string[]): BroadcastOperator<Emit, Data> {
    return this.to(room);
  }

  /** But not the members of the rooms. */
  except(room: string | readonly string[]): BroadcastOperator<Emit, Data> {
    return this.with({ except: union(this.target.except, room) });
  }

  /** Whether it is compressed, where the wire has agreed on compression. */
  compress(compress: boolean): BroadcastOperator<Emit, Data> {
    return this.with({ compress });
  }

  /** May be lost: not in the history, and dropped where a link is congested. */
  get volatile(): BroadcastOperator<Emit, Data> {
    return this.with({ volatile: true, logged: false });
  }

  /** Only the sockets of this node. */
  get local(): BroadcastOperator<Emit, Data> {
    return this.with({ local: true });
  }

  /** Acks have so many milliseconds to come; without it, as long as the sockets live. */
  timeout(ms: number): BroadcastOperator<DecorateAcknowledgements<Emit>, Data> {
    return new BroadcastOperator(this.host, this.target, { ...this.acks, timeout: ms });
  }

  /**
   * Sends the event to all of them, at the end of the tick: to those who are members now. With a function as last argument, it
   * is called once with what they answered: `(error, responses)`, where `error` is null, or an AckError (`timeout`).
   * @throws {TypeError} if the name is reserved or holds CR, LF or NUL, or the arguments cannot be encoded
   */
  emit<Name extends EventNames<Emit>>(event: Name, ...args: EventParams<Emit, Name>): boolean;
  emit(name: string, ...args: readonly unknown[]): boolean {
    const last = args.at(-1);
    if (typeof last === "function") {
      this.emitAwaited(name, args.slice(0, -1), (...outcome) => {
        attempt(
          () => Reflect.apply(last, this, outcome),
          (error) => this.host.report(error, undefined, name),
        );
      });
    } else {
      this.host.broadcast(this.target, {
        name: eventNameOf(name),
        args: this.host.keep(args),
        id: undefined,
        ack: undefined,
      });
    }
    return true;
  }

  /** `emit("message", …)`. */
  send(...args: EventParams<Emit, "message">): boolean {
    return this.emit("message", ...args);
  }

  /** The same as `send`. */
  write(...args: EventParams<Emit, "message">): boolean {
    return this.send(...args);
  }

  /**
   * @returns what those that can answer answered
   * @throws {AckError} code `timeout`, with the `responses` that did come
   */
  emitWithAck<Name extends EventNamesWithError<Emit>>(
    event: Name,
    ...args: AllButLast<EventParams<Emit, Name>>
  ): Promise<FirstNonErrorArg<Last<EventParams<Emit, Name>>>>;
  emitWithAck(name: string, ...args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.emitAwaited(name, args, (error, responses) => (error === null ? resolve(responses) : reject(error)));
    });
  }

  /** Makes them join, after what was emitted to them before. */
  socketsJoin(room: string | readonly string[]): void {
    const rooms = listOf(room);
    this.inTurn(() => this.host.adapter.addSockets(broadcastOptions(this.target), [...rooms]));
  }

  /** Makes them leave, after what was emitted to them before. */
  socketsLeave(room: string | readonly string[]): void {
    const rooms = listOf(room);
    this.inTurn(() => this.host.adapter.delSockets(broadcastOptions(this.target), [...rooms]));
  }

  /** Disconnects them, after what was emitted to them before. @param close their connections too */
  disconnectSockets(close = false): void {
    this.inTurn(() => this.host.adapter.disconnectSockets(broadcastOptions(this.target), close));
  }

  /** The sockets themselves, those of other nodes as what is known of them. */
  async fetchSockets(): Promise<RemoteSocket<Emit, Data>[]> {
    const { adapter, pipeline } = this.host;
    const found = await pipeline.run(() => adapter.fetchSockets(broadcastOptions(this.target)));
    return found.map((socket) => RemoteSocket.of(socket, (id) => this.only(id)));
  }

  /** Ids of the sockets, on all nodes. */
  async allSockets(): Promise<Set<string>> {
    const { adapter, pipeline } = this.host;
    return await pipeline.run(() => adapter.sockets(new Set(this.target.rooms)));
  }

  /** One socket, wherever it is. */
  private only(id: string): BroadcastOperator<Emit, Data> {
    return new BroadcastOperator(this.host, { ...this.target, rooms: [id], except: [] }, { single: true });
  }

  private emitAwaited(
    name: string,
    args: readonly unknown[],
    done: (error: AckError | null, responses: unknown) => void,
  ): void {
    const { timeout, single = false } = this.acks;
    this.host.request(
      { ...this.target, logged: false },
      { name: eventNameOf(name), args: this.host.keep(args), id: undefined, ack: undefined },
      { timeout, done: (error, responses) => done(error, single ? responses[0] : responses) },
    );
  }

  private inTurn(step: () => void): void {
    this.host.pipeline.do(step);
  }

  private with(change: Partial<RunTarget>): BroadcastOperator<Emit, Data> {
    return new BroadcastOperator(this.host, { ...this.target, ...change }, this.acks);
  }
}

function union(rooms: readonly string[], more: string | readonly string[]): readonly string[] {
  return [...new Set([...rooms, ...listOf(more)])];
}

function listOf(rooms: string | readonly string[]): readonly string[] {
  return typeof rooms === "object" ? rooms : [rooms];
}
