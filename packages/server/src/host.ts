/** The port between a namespace and what belongs to it: its sockets, and the operators that broadcast. */

import type { Acks } from "./acks.ts";
import type { Adapter } from "./adapter.ts";
import type { History } from "./history.ts";
import type { OutgoingEvent } from "./link.ts";
import type { Pipeline, RunTarget } from "./pipeline.ts";
import type { Socket } from "./socket.ts";

/** What an operator needs of its namespace. */
export interface BroadcastHost {
  readonly acks: Acks;
  send(target: RunTarget, event: OutgoingEvent): void;
  /** Visits those whom the target means, when all that was emitted before has been handed over. */
  visit(target: RunTarget, visit: (socket: Socket) => void): void | Promise<void>;
  /** An error of the program's own, in a callback. */
  report(error: unknown, socket: Socket | undefined, event: string): void;
}

/** What a socket needs of its namespace. */
export interface SocketHost extends BroadcastHost {
  readonly pipeline: Pipeline;
  readonly rooms: Adapter;
  readonly history: History | undefined;
  /** Milliseconds that a handler has to answer an ack. */
  readonly ackTimeout: number;
  now(): number;
  /** The socket is up: it counts from now on. */
  connected(socket: Socket): void;
  /** The socket is gone: forget it. */
  forget(socket: Socket, resumable: boolean): void;
}
