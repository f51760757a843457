/** The Adapter of a single node: rooms and their members in memory. */

import type { Adapter, Member, Target } from "./adapter.ts";
import type { PreparedRun } from "./link.ts";

export class Rooms<M extends Member = Member> implements Adapter {
  readonly rooms = new Map<string, Set<string>>();
  readonly sids = new Map<string, Set<string>>();
  private readonly members: ReadonlyMap<string, M>;

  /** @param members the connected sockets of the namespace, by id */
  constructor(members: ReadonlyMap<string, M>) {
    this.members = members;
  }

  addAll(id: string, rooms: Iterable<string>): void {
    const own = getOrAdd(this.sids, id);
    for (const room of rooms) {
      own.add(room);
      getOrAdd(this.rooms, room).add(id);
    }
  }

  del(id: string, room: string): void {
    this.sids.get(id)?.delete(room);
    const ids = this.rooms.get(room);
    ids?.delete(id);
    if (ids?.size === 0) this.rooms.delete(room);
  }

  delAll(id: string): void {
    for (const room of this.sids.get(id) ?? []) this.del(id, room);
    this.sids.delete(id);
  }

  socketRooms(id: string): ReadonlySet<string> | undefined {
    return this.sids.get(id);
  }

  sockets(target: Target): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const member of this.membersOf(target)) ids.add(member.id);
    return ids;
  }

  broadcast(run: PreparedRun, target: Target): void {
    const [room, second] = target.rooms;
    if (room === undefined || second !== undefined || target.except.length > 0) {
      for (const member of this.membersOf(target)) member.deliver(run);
      return;
    }
    for (const id of this.rooms.get(room) ?? []) this.members.get(id)?.deliver(run); // the hot path: one room, nobody excluded
  }

  /** The sockets that the target means, each once, as of the call. */
  membersOf({ rooms, except }: Target): Set<M> {
    const found = new Set<M>();
    for (const ids of rooms.length === 0 ? [this.members.keys()] : rooms.map((room) => this.rooms.get(room) ?? [])) {
      for (const id of ids) {
        const member = this.members.get(id);
        if (member !== undefined && !this.isIn(id, except)) found.add(member);
      }
    }
    return found;
  }

  private isIn(id: string, rooms: readonly string[]): boolean {
    return rooms.some((room) => this.rooms.get(room)?.has(id));
  }
}

function getOrAdd(sets: Map<string, Set<string>>, key: string): Set<string> {
  const known = sets.get(key);
  if (known !== undefined) return known;
  const added = new Set<string>();
  sets.set(key, added);
  return added;
}
