/** What tests of two nodes ask of their clients. */

import assert from "node:assert/strict";
import type { Cluster } from "./cluster.ts";
import type { Event, Guest } from "./guests.ts";

/** What holds of two nodes. */
export type Scenario = (cluster: Cluster) => Promise<void>;

/** Says `done` to everyone from both nodes, once all that was said before has passed. */
export async function finish(cluster: Cluster): Promise<void> {
  await cluster.settle();
  cluster.one.emit("done");
  await cluster.settle();
  cluster.other.emit("done");
}

/** @returns what each heard until both nodes were done, by name */
export async function heardBy(guests: ReadonlyMap<string, Guest>): Promise<Map<string, Event[]>> {
  const heard = new Map<string, Event[]>();
  for (const [name, guest] of guests)
    heard.set(name, [...(await guest.before("done")), ...(await guest.before("done"))]);
  return heard;
}

export async function four(cluster: Cluster): Promise<Map<string, Guest>> {
  const guests = new Map<string, Guest>();
  for (const at of [0, 1])
    for (const room of ["a", "b"]) {
      const way = room === "a" ? "v4 over WebSocket" : "v4 over polling";
      guests.set(`${room}${at}`, await cluster.guest(at, `${room}${at}`, { way, rooms: [room] }));
    }
  await cluster.settle();
  return guests;
}

/** @returns once the rooms of every socket are so, as both nodes see it */
export async function roomsOf(cluster: Cluster, holds: (rooms: ReadonlySet<string>) => boolean): Promise<void> {
  for (const io of [cluster.one, cluster.other]) {
    while (!(await io.fetchSockets()).every(({ rooms }) => holds(new Set(rooms)))) await cluster.settle();
  }
}

export async function only<T>(fetched: Promise<readonly T[]>): Promise<T> {
  const [socket, ...others] = await fetched;
  assert.ok(socket !== undefined && others.length === 0);
  return socket;
}
