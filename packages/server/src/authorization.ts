/** Which rooms a client may join, and whose past it may hear: what the program's `authorize` grants (delivery: "Two resumes"). */

import type { Socket } from "./socket.ts";

/** What is granted for one room. */
export interface RoomGrant {
  readonly join: boolean;
  /** May hear what was sent before it joined, when it resumes by id alone. */
  readonly history: boolean;
}

/** `true`: all that was asked for. A list: these. A record: per room. Anything else refuses. */
export type Grant = boolean | readonly string[] | Readonly<Record<string, boolean | RoomGrant>> | null | undefined;

/**
 * Decides about rooms that a client asks for.
 * @param since the id after which it wants to hear their past, if it resumes
 */
export type Authorize = (
  socket: Socket,
  rooms: readonly string[],
  request: { readonly since: string | undefined },
) => Grant | Promise<Grant>;

/** @returns what is granted, only rooms that were asked for; empty if refused, or if nobody is there to grant */
export async function grantsOf(
  authorize: Authorize | undefined,
  socket: Socket,
  { rooms, since }: { readonly rooms: readonly string[]; readonly since: string | undefined },
): Promise<ReadonlyMap<string, RoomGrant>> {
  if (authorize === undefined || rooms.length === 0) return new Map();
  const grant = await authorize(socket, rooms, { since });
  const grants = new Map<string, RoomGrant>();
  for (const room of rooms) {
    const granted = grantFor(room, grant);
    if (granted !== undefined) grants.set(room, granted);
  }
  return grants;
}

function grantFor(room: string, grant: Grant): RoomGrant | undefined {
  const all: RoomGrant = { join: true, history: true };
  if (grant === true) return all;
  if (typeof grant !== "object" || grant === null) return undefined;
  if (isList(grant)) return grant.includes(room) ? all : undefined;
  const own = Object.hasOwn(grant, room) ? grant[room] : undefined;
  if (own === true) return all;
  if (typeof own !== "object" || own === null) return undefined;
  return { join: own.join === true, history: own.history === true };
}

function isList(grant: readonly string[] | Readonly<Record<string, boolean | RoomGrant>>): grant is readonly string[] {
  return Array.isArray(grant);
}
