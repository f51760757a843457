/** The Adapter of a single node: rooms and their members in memory. */

import { EventEmitter } from "node:events";
import type { Packet } from "@anywire/protocol/socket";
import type { Adapter, BroadcastAnswered, BroadcastOptions, SocketDetails } from "./adapter.ts";
import { dispatch } from "./dispatch.ts";
import type { PreparedRun } from "./link.ts";
import type { Target } from "./pipeline.ts";

/** A socket, as the rooms see it. */
export interface Member extends SocketDetails {
  join(rooms: readonly string[]): unknown;
  leave(room: string): unknown;
  disconnect(close?: boolean): unknown;
  /** @internal */
  deliver(run: PreparedRun): void;
}

/** What the rooms need of their namespace. */
interface RoomsHost<M extends Member> {
  /** The connected sockets, by id. */
  readonly sockets: ReadonlyMap<string, M>;
  /** Sends as one who has a packet does: an adapter that was put in front of this one, say. */
  broadcastPacket(packet: Packet, options: BroadcastOptions, answered?: BroadcastAnswered): number;
  /** An error of a listener. */
  report(error: unknown, socket: undefined, event: string): void;
}

export class Rooms<M extends Member = Member> extends EventEmitter implements Adapter {
  readonly rooms = new Map<string, Set<string>>();
  readonly sids = new Map<string, Set<string>>();
  private readonly host: RoomsHost<M>;

  constructor(host: RoomsHost<M>) {
    super();
    this.host = host;
  }

  /** Its namespace. */
  get nsp(): RoomsHost<M> {
    return this.host;
  }

  init(): void {}

  close(): void {}

  serverCount(): Promise<number> {
    return Promise.resolve(1);
  }

  addAll(id: string, rooms: Iterable<string>): void {
    this.part(id);
    const own = this.sids.get(id) ?? new Set();
    this.sids.set(id, own);
    for (const room of rooms) {
      own.add(room);
      if (room !== id) this.part(room);
      const members = this.rooms.get(room) ?? this.create(room);
      if (members.has(id)) continue;
      members.add(id);
      this.emit("join-room", room, id);
    }
    this.share(id);
  }

  del(id: string, room: string): void {
    const members = this.rooms.get(room);
    const own = this.sids.get(id);
    if (own !== members) own?.delete(room);
    if (members === undefined) return;
    if (members.delete(id)) this.emit("leave-room", room, id);
    if (members.size === 0 && this.rooms.delete(room)) this.emit("delete-room", room);
  }

  delAll(id: string): void {
    for (const room of this.sids.get(id) ?? []) this.del(id, room);
    this.sids.delete(id);
  }

  socketRooms(id: string): Set<string> | undefined {
    return this.sids.get(id);
  }

  sockets(rooms: Iterable<string>): Promise<Set<string>> {
    return Promise.resolve(this.idsOf({ rooms: [...rooms], except: [] }));
  }

  broadcast(packet: Packet, options: BroadcastOptions): void {
    this.host.broadcastPacket(packet, options);
  }

  // biome-ignore lint/complexity/useMaxParams: the shape is that of socket.io-adapter
  broadcastWithAck(
    packet: Packet,
    options: BroadcastOptions,
    counted: (clients: number) => void,
    answered: BroadcastAnswered,
  ): void {
    counted(this.host.broadcastPacket(packet, options, answered));
  }

  fetchSockets(options: BroadcastOptions): Promise<M[]> {
    return Promise.resolve(this.membersOf(options));
  }

  addSockets(options: BroadcastOptions, rooms: string[]): void {
    for (const member of this.membersOf(options)) member.join(rooms);
  }

  delSockets(options: BroadcastOptions, rooms: string[]): void {
    for (const member of this.membersOf(options)) for (const room of rooms) member.leave(room);
  }

  disconnectSockets(options: BroadcastOptions, close: boolean): void {
    for (const member of this.membersOf(options)) member.disconnect(close);
  }

  /** There are no other nodes. */
  serverSideEmit(packet: unknown[]): void {
    const answered = packet.at(-1);
    if (typeof answered === "function") Reflect.apply(answered, undefined, [null, []]);
  }

  /** Hands the run to every socket that the target means, each once. */
  deliver(run: PreparedRun, target: Target): void {
    const [room, second] = target.rooms;
    const isOneRoom = room !== undefined && second === undefined && target.except.length === 0;
    const ids = isOneRoom ? (this.rooms.get(room) ?? []) : this.idsOf(target); // one room is the hot path
    for (const id of ids) this.host.sockets.get(id)?.deliver(run);
  }

  /** Ids of the connected sockets that the target means, each once. */
  idsOf({ rooms, except }: Target): Set<string> {
    const { sockets } = this.host;
    const found = new Set<string>();
    for (const ids of rooms.length === 0 ? [sockets.keys()] : rooms.map((room) => this.rooms.get(room) ?? [])) {
      for (const id of ids) if (sockets.has(id) && !this.isIn(id, except)) found.add(id);
    }
    return found;
  }

  private membersOf({ rooms, except = new Set() }: BroadcastOptions): M[] {
    const members: M[] = [];
    for (const id of this.idsOf({ rooms: [...rooms], except: [...except] })) {
      const member = this.host.sockets.get(id);
      if (member !== undefined) members.push(member);
    }
    return members;
  }

  private tell(event: string, ...args: readonly string[]): void {
    if (this.listenerCount(event) === 0) return;
    dispatch({ emitter: this, event, args, failed: (error) => this.host.report(error, undefined, event) });
  }

  private isIn(id: string, rooms: readonly string[]): boolean {
    return rooms.some((room) => this.rooms.get(room)?.has(id));
  }

  /**
   * Most sockets are in their private room alone, and alone in it: one set holds the rooms of the socket and the members of
   * the room, which goes by the same name, until either changes.
   */
  private share(id: string): void {
    const members = this.rooms.get(id);
    const own = this.sids.get(id);
    if (own?.size === 1 && members?.size === 1 && own.has(id) && members.has(id)) this.rooms.set(id, own);
  }

  private part(id: string): void {
    const members = this.rooms.get(id);
    if (members !== undefined && members === this.sids.get(id)) this.rooms.set(id, new Set(members));
  }

  private create(room: string): Set<string> {
    const members = new Set<string>();
    this.rooms.set(room, members);
    this.tell("create-room", room);
    return members;
  }
}
