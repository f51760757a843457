/** The Adapter port: rooms ⇄ sockets, the broadcast, and what is asked of other nodes. Names and meaning are those of `socket.io-adapter`. */

import type { EventEmitter } from "node:events";
import type { Anything } from "@anywire/protocol/emitter";
import type { Packet } from "@anywire/protocol/socket";
import type { Namespace } from "./namespace.ts";

/** How a broadcast is sent; the names are Socket.IO's. */
export interface BroadcastFlags {
  readonly volatile?: boolean | undefined;
  readonly compress?: boolean | undefined;
  /** This node alone. */
  readonly local?: boolean | undefined;
  /** Milliseconds to wait for acks. */
  readonly timeout?: number | undefined;
  readonly expectSingleResponse?: boolean | undefined;
}

/** Whom a broadcast is for. */
export interface BroadcastOptions {
  /** Members of any of these; none means everyone. */
  readonly rooms: Set<string>;
  readonly except?: Set<string>;
  readonly flags?: BroadcastFlags;
}

/** A socket of another node, as an adapter tells of it. */
export interface SocketDetails {
  readonly id: string;
  readonly handshake: unknown;
  readonly rooms: Iterable<string>;
  readonly data: Anything;
}

/** Told of one answer to a broadcast. */
export type BroadcastAnswered = (answer: unknown) => void;

/**
 * What a namespace asks of its adapter. It emits `create-room` (room), `join-room` (room, id), `leave-room` (room, id) and
 * `delete-room` (room).
 */
export interface Adapter extends EventEmitter {
  /** Its namespace; declared by Socket.IO as whatever. */
  readonly nsp: Anything;
  readonly rooms: Map<string, Set<string>>;
  readonly sids: Map<string, Set<string>>;
  init(): void | Promise<void>;
  close(): void | Promise<void>;
  /** Nodes that there are, this one included. */
  serverCount(): Promise<number>;
  addAll(id: string, rooms: Set<string>): void | Promise<void>;
  del(id: string, room: string): void | Promise<void>;
  delAll(id: string): void | Promise<void>;
  /** @returns undefined if the socket is in no room */
  socketRooms(id: string): Set<string> | undefined;
  /** Ids of the sockets in any of these rooms, each once; of all for none. */
  sockets(rooms: Set<string>): Promise<Set<string>>;
  broadcast(packet: Packet, options: BroadcastOptions): void;
  /**
   * @param counted told by each node how many clients it asked
   * @param answered told of each client's answer
   */
  broadcastWithAck(
    packet: Packet,
    options: BroadcastOptions,
    counted: (clients: number) => void,
    answered: BroadcastAnswered,
  ): void;
  fetchSockets(options: BroadcastOptions): Promise<readonly SocketDetails[]>;
  addSockets(options: BroadcastOptions, rooms: string[]): void;
  delSockets(options: BroadcastOptions, rooms: string[]): void;
  disconnectSockets(options: BroadcastOptions, close: boolean): void;
  /** Emits to the other nodes; with a function as last item, it is called with what they answered. */
  serverSideEmit(packet: unknown[]): void;
}

/** Makes the adapter of a namespace: a class, or a function that may be called with `new`. */
export type AdapterConstructor = (new (namespace: Anything) => Adapter) | ((namespace: Namespace) => Adapter);
