/** A socket that may be of another node: what is known of it, and what can be asked of it. Socket.IO's `RemoteSocket`. */

import type {
  AllButLast,
  DecorateAcknowledgements,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
  TypedEventBroadcaster,
} from "@anywire/protocol/emitter";
import type { SocketDetails } from "./adapter.ts";
import type { AnyOperator, BroadcastOperator } from "./broadcast.ts";
import type { Handshake } from "./handshake.ts";
import { SocketCore } from "./socket-core.ts";

/**
 * @typeParam Emit events that are sent to it
 * @typeParam Data the program's own
 */
export class RemoteSocket<Emit extends EventsMap, Data> implements TypedEventBroadcaster<Emit> {
  readonly id: string;
  readonly handshake: Handshake;
  readonly rooms: Set<string>;
  readonly data: Data;
  private readonly operator: AnyOperator;

  /** @internal */
  constructor(details: SocketDetails, operator: AnyOperator) {
    this.id = details.id;
    this.handshake = details.handshake as Handshake; // as the other node has written it
    this.rooms = new Set(details.rooms);
    this.data = details.data;
    this.operator = operator;
  }

  /** @internal Of this node it is the socket itself. @param operatorOf reaches the socket of an id */
  static of<Emit extends EventsMap, Data>(
    found: SocketDetails,
    operatorOf: (id: string) => AnyOperator,
  ): RemoteSocket<Emit, Data> {
    if (found instanceof SocketCore) return found as unknown as RemoteSocket<Emit, Data>; // a Socket has all of its API
    return new RemoteSocket(found, operatorOf(found.id));
  }

  /** The ack of the next emit comes within so many milliseconds, or it is an error. */
  timeout(ms: number): BroadcastOperator<DecorateAcknowledgements<Emit>, Data> {
    return this.operator.timeout(ms);
  }

  emit<Name extends EventNames<Emit>>(event: Name, ...args: EventParams<Emit, Name>): boolean;
  emit(name: string, ...args: readonly unknown[]): boolean {
    return this.operator.emit(name, ...args);
  }

  emitWithAck<Name extends EventNamesWithAck<Emit>>(
    event: Name,
    ...args: AllButLast<EventParams<Emit, Name>>
  ): Promise<FirstNonErrorArg<Last<EventParams<Emit, Name>>>>;
  emitWithAck(name: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.operator.emitWithAck(name, ...args);
  }

  join(room: string | readonly string[]): void {
    this.operator.socketsJoin(room);
  }

  leave(room: string): void {
    this.operator.socketsLeave(room);
  }

  /** @param close whether its connection is closed too */
  disconnect(close = false): this {
    this.operator.disconnectSockets(close);
    return this;
  }
}
