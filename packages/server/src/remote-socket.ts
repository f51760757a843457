/** A socket that may be of another node: what is known of it, and what can be asked of it. Socket.IO's `RemoteSocket`. */

import type { SocketDetails } from "./adapter.ts";
import type { BroadcastOperator } from "./broadcast.ts";
import type { Handshake } from "./handshake.ts";
import { SocketCore } from "./socket-core.ts";

export class RemoteSocket {
  readonly id: string;
  readonly handshake: Handshake;
  readonly rooms: Set<string>;
  readonly data: unknown;
  private readonly operator: BroadcastOperator;

  /** @internal */
  constructor(details: SocketDetails, operator: BroadcastOperator) {
    this.id = details.id;
    this.handshake = details.handshake as Handshake; // as the other node has written it
    this.rooms = new Set(details.rooms);
    this.data = details.data;
    this.operator = operator;
  }

  /** @internal Of this node it is the socket itself. @param operatorOf reaches the socket of an id */
  static of(found: SocketDetails, operatorOf: (id: string) => BroadcastOperator): RemoteSocket {
    if (found instanceof SocketCore) return found as unknown as RemoteSocket; // a Socket has all of its API
    return new RemoteSocket(found, operatorOf(found.id));
  }

  /** The ack of the next emit comes within so many milliseconds, or it is an error. */
  timeout(ms: number): BroadcastOperator {
    return this.operator.timeout(ms);
  }

  emit(name: string, ...args: readonly unknown[]): boolean {
    return this.operator.emit(name, ...args);
  }

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
