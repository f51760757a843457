/** Two nodes that talk to each other, and clients of every wire on both of them. */

import type { Server, Socket } from "socket.io";
import { type Guest, plainWays, socketIoWays, type Way } from "./guests.ts";
import { hasPlainWire, type Node, type ServerName, type Stage } from "./servers.ts";
import { streamGuest } from "./stream-guest.ts";

/** Ways to ours. */
const ourWays = { ...socketIoWays, "v4 over an event stream": streamGuest, ...plainWays };

/** Who stands beside whom. */
export const pairs: readonly (readonly [ServerName, ServerName])[] = [
  ["socket.io", "socket.io"],
  ["@anywire/server", "@anywire/server"],
  ["socket.io", "@anywire/server"],
  ["@anywire/server", "socket.io"],
];

/** A node's place at what is between the nodes. */
export interface Seat {
  readonly adapter: Parameters<Server["adapter"]>[0];
  /** @returns once what its adapters said, and subscribed to, has passed */
  settle(): Promise<unknown>;
}

/** Gives each node of a cluster its seat. */
export type Broker = (stage: Stage) => Promise<Seat>;

export interface Member extends Node {
  settle(): Promise<unknown>;
}

export interface Visit {
  readonly way?: string;
  readonly rooms?: readonly string[];
  readonly namespace?: string;
}

export class Cluster {
  readonly members: readonly Member[];
  private readonly stage: Stage;

  private constructor(stage: Stage, members: readonly Member[]) {
    this.stage = stage;
    this.members = members;
  }

  static async open(stage: Stage, names: readonly ServerName[], broker: Broker): Promise<Cluster> {
    const members: Member[] = [];
    for (const name of names) members.push(await openMember(stage, name, broker));
    const cluster = new Cluster(stage, members);
    await cluster.settle();
    return cluster;
  }

  get one(): Server {
    return this.member(0).io;
  }

  get other(): Server {
    return this.member(1).io;
  }

  member(at: number): Member {
    const member = this.members[at];
    if (member === undefined) throw new Error(`no member ${at}`);
    return member;
  }

  /** The ways to that node. */
  ways(at: number): Readonly<Record<string, Way>> {
    return hasPlainWire(this.member(at).name) ? ourWays : socketIoWays;
  }

  /** @returns a client on that node that is in those rooms, and in one of its name */
  async guest(at: number, name: string, { way = "v4 over WebSocket", rooms = [], namespace = "" }: Visit = {}) {
    const open = this.ways(at)[way];
    if (open === undefined) throw new Error(`no way ${way}`);
    const guest = open(this.member(at).url + namespace, { name, in: JSON.stringify(rooms) });
    this.stage.defer(() => guest.close());
    await guest.before("welcome");
    return guest;
  }

  /** One client of each wire on each node, in those rooms. */
  async crowd(rooms: readonly string[]): Promise<Map<string, Guest>> {
    const guests = new Map<string, Guest>();
    for (const at of this.members.keys())
      for (const way of Object.keys(this.ways(at)))
        guests.set(`${way} on ${at}`, await this.guest(at, `${way} on ${at}`, { way, rooms }));
    await this.settle();
    return guests;
  }

  /** @returns once what the nodes subscribe to is subscribed to */
  async settle(): Promise<void> {
    for (const { settle } of this.members) await settle();
  }
}

async function openMember(stage: Stage, name: ServerName, broker: Broker): Promise<Member> {
  const { adapter, settle } = await broker(stage);
  const node = await stage.node(name, { adapter, allowEIO3: true, plain: { path: "/anywire" } });
  for (const namespace of ["/", "/chat", /^\/dynamic-\d+$/]) node.io.of(namespace).on("connection", welcome);
  return { ...node, settle };
}

async function welcome(socket: Socket): Promise<void> {
  const { name, in: rooms } = socket.handshake.query;
  socket.data.name = name;
  await socket.join([String(name), ...JSON.parse(String(rooms))]);
  socket.emit("welcome");
}
