/** The Adapter of a single node: rooms and their members in memory. */

import type { Adapter, Member, Target } from "./adapter.ts";
import type { PreparedRun } from "./link.ts";

export class Rooms implements Adapter {
  readonly rooms = new Map<string, Set<string>>();
  readonly sids = new Map<string, Set<string>>();
  private readonly members: ReadonlyMap<string, Member>;

  /** @param members the connected sockets of the namespace, by id */
  constructor(members: ReadonlyMap<string, Member>) {
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

  sockets({ rooms, except }: Target): ReadonlySet<string> {
    const found = new Set<string>();
    for (const ids of rooms.length === 0 ? [this.members.keys()] : rooms.map((room) => this.rooms.get(room) ?? [])) {
      for (const id of ids) if (this.members.has(id) && !this.isIn(id, except)) found.add(id);
    }
    return found;
  }

  broadcast(run: PreparedRun, target: Target): void {
    const [room, second] = target.rooms;
    const isOneRoom = room !== undefined && second === undefined && target.except.length === 0;
    const ids = isOneRoom ? (this.rooms.get(room) ?? []) : this.sockets(target); // one room is the hot path
    for (const id of ids) this.members.get(id)?.deliver(run);
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
