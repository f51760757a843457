/** A process that opens and ends connections, of our server and our client, again and again: `cycles.test.ts` starts it. */

import { once } from "node:events";
import { Socket } from "node:net";
import { WebSocket, WebSocketServer } from "@anywire/websocket";
import { unfinishedMessages } from "../../src/shared.ts";
import { portOf } from "../served.ts";

export interface Cycles {
  readonly count: number;
  readonly deflate: boolean;
}

export interface Outcome {
  /** Heap and buffers in use, garbage collected: after the warm-up, and at the end. Bytes. */
  readonly before: number;
  readonly after: number;
  /** Messages that came back, and how often each way to end came. */
  readonly echoes: number;
  readonly closes: Readonly<Record<string, number>>;
  /** Sockets that the server still has. */
  readonly clients: number;
  /** Bytes held for messages that did not end. */
  readonly unfinished: number;
  /** What keeps the process alive, before the server was made and after it was closed. */
  readonly resources: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** Events of the process that are listened to: after the warm-up, and at the end. */
  readonly listeners: { readonly before: readonly string[]; readonly after: readonly string[] };
}

const atOnce = 20;
const warmUp = 1500;
const text = "a message of some length, which comes again ".repeat(30);
const half = Buffer.alloc(3000, "half of a message that never ends");

function streamOf(socket: WebSocket): Socket {
  const stream: unknown = Reflect.get(socket, "_socket");
  if (stream instanceof Socket) return stream;
  throw new Error("no stream");
}

/** Of a pair of connected sockets. */
const ends: ((client: WebSocket, server: WebSocket) => void)[] = [
  (client) => client.close(1000, "by the client"),
  (_client, server) => server.close(4000, "by the server"),
  (client) => client.terminate(),
  (_client, server) => server.terminate(),
  (client) => streamOf(client).destroy(),
  (_client, server) => streamOf(server).resetAndDestroy(),
  (client, server) => {
    client.close();
    server.close();
  },
  (client, server) => {
    client.send(half, { fin: false });
    server.close();
    client.terminate();
  },
  (client, server) => {
    server.pause();
    client.send(half);
    client.close();
    server.terminate();
  },
];

function closed(socket: WebSocket, closes: Record<string, number>): Promise<void> {
  return new Promise((resolve) => {
    socket.on("close", (code) => {
      closes[code] = (closes[code] ?? 0) + 1;
      resolve();
    });
  });
}

/** The least of several looks: what was closed just now is garbage only after some turns. */
async function heldBytes(): Promise<number> {
  let least = Infinity;
  for (let look = 0; look < 10; look++) {
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    least = Math.min(least, heapUsed + external);
  }
  return least;
}

const listeners = (): string[] =>
  process.eventNames().flatMap((name) => process.listeners(name as "exit").map(() => String(name)));

/** Those whose sockets are closing are gone a turn later. */
async function resources(expected: number): Promise<string[]> {
  for (let turn = 0; turn < 1000 && process.getActiveResourcesInfo().length > expected; turn++) {
    await new Promise(setImmediate);
  }
  return process.getActiveResourcesInfo().sort();
}

async function cycle({ count, deflate }: Cycles): Promise<Outcome> {
  const resourcesBefore = await resources(1);
  const wss = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: deflate });
  await once(wss, "listening");
  const accepted = new Map<string, (socket: WebSocket) => void>();
  wss.on("connection", (socket, { url = "" }) => {
    socket.on("message", (data, binary) => socket.send(data, { binary }));
    accepted.get(url)?.(socket);
    accepted.delete(url);
  });
  const closes: Record<string, number> = {};
  let echoes = 0;
  const connectOnce = async (n: number): Promise<void> => {
    const path = `/${n}`;
    const come = new Promise<WebSocket>((resolve) => accepted.set(path, resolve));
    const client = new WebSocket(`ws://127.0.0.1:${portOf(wss)}${path}`, { perMessageDeflate: deflate });
    const over = [closed(client, closes), come.then((socket) => closed(socket, closes))];
    const echoed = new Promise<void>((resolve) => client.once("message", () => resolve(void echoes++)));
    await once(client, "open");
    client.send(text);
    const server = await come;
    await echoed;
    ends[n % ends.length]?.(client, server);
    await Promise.all(over);
  };
  const round = async (from: number, to: number): Promise<void> => {
    let n = from;
    const work = async (): Promise<void> => {
      while (n < to) await connectOnce(n++);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  };
  await round(0, warmUp);
  const before = { held: await heldBytes(), listeners: listeners() };
  await round(warmUp, warmUp + count);
  const after = await heldBytes();
  const clients = wss.clients.size;
  wss.close();
  await once(wss, "close");
  return {
    before: before.held,
    after,
    echoes,
    closes,
    clients,
    unfinished: unfinishedMessages.used,
    resources: { before: resourcesBefore, after: await resources(resourcesBefore.length) },
    listeners: { before: before.listeners, after: listeners() },
  };
}

process.on("message", (cycles: Cycles) => {
  void cycle(cycles).then((outcome) => process.send?.(outcome));
});
