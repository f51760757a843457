/** What a server holds at the moment (`io.stats()`). */

import type { AnyServer } from "./server.ts";

export interface ServerStats {
  /** Engine.IO sessions. */
  readonly sessions: number;
  readonly namespaces: number;
  readonly sockets: number;
  /** Rooms of this node, the private ones of sockets included. */
  readonly rooms: number;
  /** Answers that clients owe. */
  readonly acks: number;
  /** Clients that are away and may come back. */
  readonly away: number;
  /** Sessions that have to ask for a namespace, or to send what belongs to a packet, within a deadline. */
  readonly deadlines: number;
}

export function countsOf({ _nsps, engine, unentered, incomplete }: AnyServer): ServerStats {
  const namespaces = [..._nsps.values()];
  const sum = (count: (namespace: (typeof namespaces)[number]) => number): number =>
    namespaces.reduce((total, namespace) => total + count(namespace), 0);
  return {
    sessions: engine.clientsCount,
    namespaces: namespaces.length,
    sockets: sum(({ sockets }) => sockets.size),
    rooms: sum(({ adapter }) => adapter.rooms.size),
    acks: sum(({ waiting }) => waiting.acks),
    away: sum(({ waiting }) => waiting.sessions),
    deadlines: unentered.size + incomplete.size,
  };
}
