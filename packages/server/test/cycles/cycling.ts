/** A process in which clients come, join, leave and go, again and again: `cycles.test.ts` starts it. */

import { once } from "node:events";
import { createServer, IncomingMessage } from "node:http";
import { type AddressInfo, Socket as NetSocket } from "node:net";
import { WebSocket } from "ws";
import { Random } from "../../../../scripts/test/random.ts";
import { Server, type ServerOptions } from "../../src/index.ts";
import type { Socket } from "../../src/socket.ts";
import type { ServerStats } from "../../src/stats.ts";
import { MemoryTransport } from "./memory-transport.ts";

export interface Cycles {
  readonly clients: number;
  /** How many come first, and are not counted. */
  readonly warmUp: number;
  /** Through a network, or in memory. */
  readonly by: "memory" | "WebSocket";
  readonly options: Partial<ServerOptions>;
}

export interface Outcome {
  /** Heap and buffers in use, garbage collected: after the warm-up, and at the end. Bytes. */
  readonly before: number;
  readonly after: number;
  readonly connects: number;
  readonly joins: number;
  /** Reasons of the ends, and how often each came. */
  readonly ends: Readonly<Record<string, number>>;
  readonly stats: ServerStats;
  readonly errors: readonly string[];
}

const random = new Random(7);
const tally = { connects: 0, joins: 0, ends: {} as Record<string, number> };

function welcome(socket: Socket): void {
  tally.connects += 1;
  const room = `room ${random.below(1e9)}`;
  void socket.join([room, `${room}/2`]);
  socket.to(room).emit("new", room);
  socket.emit("ask", () => {});
  socket.on("join", (name, answer) => {
    tally.joins += 1;
    void socket.join(name);
    void socket.leave(room);
    answer();
  });
  socket.on("away", () => socket.disconnect());
  socket.on("cut", () => socket.disconnect(true));
  socket.on("disconnect", (reason) => {
    tally.ends[reason] = (tally.ends[reason] ?? 0) + 1;
  });
}

/** What a client sends: it comes into one namespace or two, joins, and goes. */
function script(protocol: 3 | 4): { readonly packets: string[]; readonly namespace: string } {
  const namespace = random.below(4) === 0 ? `/n${random.below(1e9)},` : "";
  const enter = protocol === 3 && namespace === "" ? [] : [`0${namespace}`];
  return { namespace, packets: [...enter, `2${namespace}7["join","room ${random.below(1e9)}"]`] };
}

const goodbyes = (namespace: string): string[] => [`1${namespace}`, `2${namespace}["away"]`, `2${namespace}["cut"]`];

class Crowd {
  readonly io: Server;
  private readonly request: IncomingMessage;
  private port = 0;

  constructor(options: Partial<ServerOptions>) {
    this.io = new Server({ allowEIO3: true, serveClient: false, ...options });
    this.io.on("connection", welcome);
    this.io.of(/^\/n\d+$/).on("connection", welcome);
    this.request = new IncomingMessage(new NetSocket());
    this.request.url = "/socket.io/?EIO=4&transport=polling";
  }

  async listen(): Promise<void> {
    const http = createServer();
    this.io.attach(http);
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    this.port = (http.address() as AddressInfo).port;
  }

  byMemory(n: number): void {
    const protocol = n % 5 === 0 ? 3 : 4;
    const transport = new MemoryTransport(protocol);
    const { engine } = this.io;
    const session = engine.openSession({ id: `session ${n}`, request: this.request, transport });
    engine.emit("connection", session);
    const { packets, namespace } = script(protocol);
    transport.receive(...packets);
    const goodbye = random.pick(["", "", ...goodbyes(namespace)]);
    if (goodbye !== "") transport.receive(goodbye);
    if (n % 3 === 0) transport.handler.packet("close", undefined);
    else if (n % 3 === 1) transport.handler.closed("transport error");
    else session.close(true);
  }

  async byWebSocket(n: number): Promise<void> {
    const protocol = n % 5 === 0 ? 3 : 4;
    const client = new WebSocket(`ws://127.0.0.1:${this.port}/socket.io/?EIO=${protocol}&transport=websocket`);
    const closed = once(client, "close");
    const { packets, namespace } = script(protocol);
    client.on("message", (data: Buffer) => {
      if (!data.toString().startsWith(`43${namespace}7`)) return;
      const goodbye = random.pick(["", "", ...goodbyes(namespace)]);
      if (goodbye !== "") client.send(`4${goodbye}`);
      if (n % 2 === 0) client.terminate();
      else client.close();
    });
    await once(client, "open");
    for (const packet of packets) client.send(`4${packet}`);
    await closed;
  }
}

/** The least of several looks: what was closed just now is garbage only after some turns. */
async function heldBytes(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 10; look++) {
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    least = Math.min(least, heapUsed + external);
  }
  return least;
}

async function cycle({ clients, warmUp, by, options }: Cycles): Promise<Outcome> {
  const crowd = new Crowd(options);
  const errors: string[] = [];
  crowd.io.on("error", (error) => errors.push(String(error)));
  if (by === "WebSocket") await crowd.listen();
  const round = async (from: number, to: number): Promise<void> => {
    let n = from;
    const work = async (): Promise<void> => {
      while (n < to) {
        if (by === "WebSocket") await crowd.byWebSocket(n++);
        else crowd.byMemory(n++);
        if (by === "memory" && n % 500 === 0) await new Promise(setImmediate);
      }
    };
    await Promise.all(Array.from({ length: by === "WebSocket" ? 20 : 1 }, work));
    while (!isEmpty(crowd.io.stats())) await new Promise(setImmediate);
  };
  await round(0, warmUp);
  const before = await heldBytes();
  await round(warmUp, warmUp + clients);
  const after = await heldBytes();
  const stats = crowd.io.stats();
  void crowd.io.close();
  return { before, after, ...tally, stats, errors };
}

function isEmpty({ namespaces: _, ...held }: ServerStats): boolean {
  return Object.values(held).every((count) => count === 0);
}

process.on("message", (cycles: Cycles) => {
  void cycle(cycles).then((outcome) => process.send?.(outcome));
});
