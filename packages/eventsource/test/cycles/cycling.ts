/** A process in which sources and streams come and go, and whose end is to come by itself: `cycles.test.ts` starts it. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { EventSource } from "../../src/index.ts";
import { createChannel, createSession, type Session } from "../../src/server.ts";

export interface Outcome {
  /** Heap and buffers in use, garbage collected: after the warm-up, and at the end. Bytes. */
  readonly before: number;
  readonly after: number;
  /** What came back, or was heard. */
  readonly count: number;
  /** Answers that have not ended on the server. */
  readonly unfinished: number;
  /** Of the process, before the first and after the last. */
  readonly listeners: readonly [before: number, after: number];
}

const streamHead = { "Content-Type": "text/event-stream" };
const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The least of several looks: what was let go just now is garbage only after some turns. */
async function heldBytes(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 10; look++) {
    for (let turn = 0; turn < 10; turn++) await endOfTurn();
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    least = Math.min(least, heapUsed + external);
  }
  return least;
}

const countListeners = (): number =>
  process.eventNames().reduce((count, name) => count + process.listenerCount(name), 0);

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port; // listens on a port, not on a pipe
}

/** @returns how many answers are open */
function watch(server: Server): () => number {
  let open = 0;
  server.on("request", (_request, response) => {
    open++;
    response.on("close", () => open--);
  });
  return () => open;
}

/** What ends is noticed some turns later. @returns what has not ended by then */
async function ended(server: Server, unfinished: () => number): Promise<number> {
  for (let turn = 0; turn < 10_000 && unfinished() > 0; turn++) await endOfTurn();
  const left = unfinished();
  server.close();
  server.closeAllConnections(); // fetch keeps some for a while
  return left;
}

async function inTurn(count: number, atOnce: number, work: (at: number) => Promise<void>): Promise<void> {
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < count) await work(begun++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** One source that comes back again and again, after streams that end, break, are refused and are cut. */
async function reconnections(): Promise<Outcome> {
  const [warmUp, total] = [500, 2_500];
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    if (asked % 4 === 0) return response.writeHead(503).end("later");
    response.writeHead(200, streamHead).write(`retry: 0\nid: ${asked}\ndata: x\n\n`);
    if (asked % 4 === 1) return response.end();
    return setImmediate(() => (asked % 4 === 2 ? response.socket?.resetAndDestroy() : response.socket?.destroy()));
  });
  const unfinished = watch(server);
  const port = await listening(server);
  const before = countListeners();
  const source = new EventSource(`http://127.0.0.1:${port}/`, { retryStatuses: true, backoff: false });
  const until = (count: number): Promise<void> =>
    new Promise((resolve) => {
      source.onerror = () => {
        if (asked >= count) resolve();
      };
    });
  await until(warmUp);
  const heldBefore = await heldBytes();
  await until(total);
  const after = await heldBytes();
  source.close();
  return {
    before: heldBefore,
    after,
    count: asked,
    unfinished: await ended(server, unfinished),
    listeners: [before, countListeners()],
  };
}

/** Many sources, each closed at another stage of its life. */
async function sources(): Promise<Outcome> {
  const server = createServer((request, response) => {
    if (request.url === "/never") return undefined;
    if (request.url === "/refused") return response.writeHead(500).write("no");
    response.writeHead(200, streamHead).write("data: x\n\n");
    return request.url === "/ends" ? response.end() : undefined;
  });
  const unfinished = watch(server);
  const port = await listening(server);
  const url = (path: string): string => `http://127.0.0.1:${port}/${path}`;
  const asked = (): Promise<unknown> => once(server, "request");
  const { signal } = new AbortController();
  const on = (source: EventSource, type: string): Promise<unknown> =>
    new Promise((resolve) => source.addEventListener(type, resolve, { once: true }));
  const open =
    (path: string, stage: (source: EventSource) => Promise<unknown> | undefined) => async (): Promise<void> => {
      const source = new EventSource(url(path), { signal });
      await stage(source);
      source.close();
    };
  const stages = [
    open("stream", () => undefined),
    open("never", asked),
    open("stream", (source) => on(source, "open")),
    open("stream", (source) => on(source, "message")),
    open("ends", (source) => on(source, "error")),
    open("refused", asked),
    async (): Promise<void> => {
      const source = new EventSource(url("stream"), { headers: () => new Promise(() => {}) });
      await endOfTurn();
      source.close();
    },
    async (): Promise<void> => {
      const source = new EventSource(url("stream"));
      source[Symbol.asyncIterator](); // forgotten
      await on(source, "message");
      source.close();
    },
    async (): Promise<void> => {
      for await (const _event of new EventSource(url("stream"), { signal })) break;
    },
  ];
  const round = (count: number): Promise<void> => inTurn(count, 10, async (at) => stages[at % stages.length]?.());
  await round(300);
  const listeners = countListeners();
  const before = await heldBytes();
  await round(1_200);
  const after = await heldBytes();
  const left = await ended(server, unfinished);
  return { before, after, count: 1_200, unfinished: left, listeners: [listeners, countListeners()] };
}

/** Streams that are opened, hear a broadcast or not, and end in each way. */
async function streams(): Promise<Outcome> {
  const channel = createChannel({ history: { events: 10 } });
  const made: Session[] = [];
  const server = createServer((request, response) => {
    const session = createSession(request, response);
    channel.register(session);
    made.push(session);
  });
  const unfinished = watch(server);
  const port = await listening(server);
  let heard = 0;
  const ends: readonly ((session: Session, socket: Socket) => void)[] = [
    (session) => session.close(),
    (session) => session.destroy(),
    (_session, socket) => socket.destroy(),
    (_session, socket) => socket.resetAndDestroy(),
    (session, socket) => {
      socket.pause();
      session.push("x".repeat(500_000));
      socket.destroy();
    },
  ];
  const batch = async (): Promise<void> => {
    made.length = 0;
    const sockets = await Promise.all(Array.from({ length: 100 }, () => open(port)));
    while (made.length < sockets.length) await endOfTurn();
    const all = Promise.all(sockets.map((socket) => once(socket, "data")));
    channel.broadcast("hello");
    await all;
    heard += sockets.length;
    for (const [at, session] of made.entries()) {
      const [end, socket] = [ends[at % ends.length], sockets[at]];
      if (socket !== undefined) end?.(session, socket);
    }
    while (channel.sessionCount > 0) await endOfTurn();
    for (const socket of sockets) socket.destroy();
  };
  for (let at = 0; at < 10; at++) await batch();
  const listeners = countListeners();
  const before = await heldBytes();
  for (let at = 0; at < 50; at++) await batch();
  made.length = 0;
  const after = await heldBytes();
  const left = await ended(server, unfinished);
  return { before, after, count: heard, unfinished: left, listeners: [listeners, countListeners()] };
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(socket, "data");
  return socket;
}

const cycles: Readonly<Record<string, () => Promise<Outcome>>> = { reconnections, sources, streams };

void cycles[process.argv[2] ?? ""]?.().then((outcome) => {
  process.send?.(outcome);
  process.disconnect(); // from here on, nothing of ours may keep the process
});
