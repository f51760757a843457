/** The port between a namespace and what belongs to it: its sockets, and the operators that broadcast. */

import type { AckListener, BroadcastAcksPort } from "./acks.ts";
import type { Adapter } from "./adapter.ts";
import type { History } from "./history.ts";
import type { OutgoingEvent, PreparedRun, SendOptions } from "./link.ts";
import type { OnceTables } from "./once-tables.ts";
import type { Pipeline, RunTarget } from "./pipeline.ts";
import type { AnySocket } from "./socket.ts";

/** What an operator needs of its namespace. */
export interface BroadcastHost {
  readonly pipeline: Pipeline;
  readonly adapter: Adapter;
  broadcast(target: RunTarget, event: OutgoingEvent): void;
  /** Sends what wants an answer of each who hears it. */
  request(target: RunTarget, event: OutgoingEvent, answers: Omit<BroadcastAcksPort, "forget">): void;
  /** The arguments of an event as they are at the call. @throws {TypeError} if they cannot be sent */
  keep(args: readonly unknown[]): readonly unknown[];
  /** An error of the program's own, in a callback. */
  report(error: unknown, socket: AnySocket | undefined, event: string): void;
}

/** What a socket needs of its namespace. */
export interface SocketHost extends BroadcastHost {
  readonly history: History | undefined;
  /** Milliseconds that a handler has to answer an ack. */
  readonly ackTimeout: number;
  /** What clients may repeat. */
  readonly onces: OnceTables;
  now(): number;
  /** @returns the number of the next event that wants an ack */
  nextAck(): number;
  /** A broadcast with this number reaches a socket: who is to be told of its answer; undefined if nobody is any more. */
  expectAnswer(ack: number): AckListener | undefined;
  prepare(events: readonly OutgoingEvent[], options: SendOptions): PreparedRun;
  /** The socket is up: it counts from now on. */
  arrived(socket: AnySocket): void;
  /** The socket is gone: forget it. */
  forget(socket: AnySocket, resumable: boolean): void;
}
