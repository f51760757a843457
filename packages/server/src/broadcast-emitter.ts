/** What speaks to many: a namespace, or the server for its main one. The broadcasting methods of Socket.IO's `Namespace` and `Server`. */

import type {
  AllButLast,
  DecorateAcknowledgements,
  DecorateAcknowledgementsWithMultipleResponses,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
  RemoveAcknowledgements,
} from "@anywire/protocol/emitter";
import type { AnyOperator, BroadcastOperator } from "./broadcast.ts";
import type { RemoteSocket } from "./remote-socket.ts";
import { TypedEmitter } from "./typed-emitter.ts";

/**
 * @typeParam Listen the program's events that are listened to
 * @typeParam Emit events that are sent to clients
 * @typeParam Reserved those that only the server emits
 * @typeParam Data the program's own of each socket
 */
export abstract class BroadcastEmitter<
  Listen extends EventsMap,
  Emit extends EventsMap,
  Reserved extends EventsMap,
  Data,
> extends TypedEmitter<Listen, RemoveAcknowledgements<Emit>, Reserved> {
  /** @internal Whoever the operator's methods choose; everyone at first. */
  abstract get operator(): AnyOperator;

  /** Members of the room, or of any of these. */
  to(room: string | readonly string[]): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<Emit>, Data> {
    return this.operator.to(room);
  }

  /** The same as `to`. */
  in(room: string | readonly string[]): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<Emit>, Data> {
    return this.to(room);
  }

  /** Everyone but the members of the rooms. */
  except(
    room: string | readonly string[],
  ): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<Emit>, Data> {
    return this.operator.except(room);
  }

  /** Everyone; whether it is compressed, where the wire has agreed on compression. */
  compress(compress: boolean): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<Emit>, Data> {
    return this.operator.compress(compress);
  }

  /** Everyone who can take it at once: it may be lost, and is not in the history. */
  get volatile(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<Emit>, Data> {
    return this.operator.volatile;
  }

  /** Everyone on this node. */
  get local(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<Emit>, Data> {
    return this.operator.local;
  }

  /** Everyone; acks have so many milliseconds to come. */
  timeout(
    ms: number,
  ): BroadcastOperator<DecorateAcknowledgements<DecorateAcknowledgementsWithMultipleResponses<Emit>>, Data> {
    return this.operator.timeout(ms);
  }

  /** `emit("message", …)`. */
  send(...args: EventParams<Emit, "message">): this {
    this.operator.emit("message", ...args);
    return this;
  }

  /** The same as `send`. */
  write(...args: EventParams<Emit, "message">): this {
    return this.send(...args);
  }

  /** @returns what everyone answered; see {@link BroadcastOperator.emitWithAck} */
  emitWithAck<Name extends EventNamesWithAck<Emit>>(
    event: Name,
    ...args: AllButLast<EventParams<Emit, Name>>
  ): Promise<FirstNonErrorArg<Last<EventParams<Emit, Name>>>[]>;
  emitWithAck(name: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.operator.emitWithAck(name, ...args);
  }

  /** Makes everyone join. */
  socketsJoin(room: string | readonly string[]): void {
    this.operator.socketsJoin(room);
  }

  /** Makes everyone leave. */
  socketsLeave(room: string | readonly string[]): void {
    this.operator.socketsLeave(room);
  }

  /** Disconnects everyone. @param close their connections too */
  disconnectSockets(close = false): void {
    this.operator.disconnectSockets(close);
  }

  /** Everyone, those of other nodes as what is known of them. */
  fetchSockets(): Promise<RemoteSocket<Emit, Data>[]> {
    return this.operator.fetchSockets();
  }

  /** Ids of everyone, on all nodes. */
  allSockets(): Promise<Set<string>> {
    return this.operator.allSockets();
  }

  /** Ids of the connected sockets, as with Socket.IO 2. */
  clients(done: (error: Error | null, ids: string[]) => void): this {
    this.allSockets().then((ids) => done(null, [...ids]), done as (error: Error) => void);
    return this;
  }
}
