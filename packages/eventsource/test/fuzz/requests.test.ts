/** Requests to a server that streams: damaged, absurd, and from clients that leave at any moment. It lives, and holds nothing of them. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { connect, type Server, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { setImmediate as endOfTurn } from "node:timers/promises";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import {
  type CloseReason,
  createSession,
  type NodeRequest,
  type NodeResponse,
  type Session,
} from "../../src/server.ts";
import { listen } from "../listen.ts";

const timeout = 30_000;
const runs = 300;
const atOnce = 10;

const words = [
  "\r\n",
  "\n",
  "\0",
  ":",
  "?lastEventId=%00",
  "&lastEventId=%ff",
  "HEAD ",
  "POST ",
  "HTTP/1.0",
  "HTTP/2.0",
  "Last-Event-ID: \xff\xfe\r\n",
  "Last-Event-ID: 1\r\nLast-Event-ID: 2\r\n",
  "Connection: close\r\n",
  "Expect: 100-continue\r\n",
  "Content-Length: 5\r\n",
  "Transfer-Encoding: chunked\r\n",
  "__proto__: x\r\n",
  "constructor",
  "é",
  " ".repeat(3_000),
];

const request = [
  "GET /stream?lastEventId=7&x=y HTTP/1.1",
  "Host: localhost",
  "Accept: text/event-stream",
  "Last-Event-ID: 41",
  "Connection: keep-alive",
  "\r\n",
].join("\r\n");

interface Streams {
  readonly url: string;
  readonly sessions: readonly Session[];
  readonly reasons: readonly CloseReason[];
  /** Resolves once every session is over. */
  over(): Promise<void>;
}

type Handle = (session: Session, response: NodeResponse) => void;

/**
 * Each request is a session, which is written to in its turn and then left alone. The short age is for connections that Node's
 * HTTP/2 forgets when garbage and a reset come in one turn: nothing leaves them any more, and nobody says so.
 */
async function stream(
  t: TestContext,
  create: (handler: (request: NodeRequest, response: NodeResponse) => void) => Server,
  handle: Handle,
): Promise<Streams> {
  const sessions: Session[] = [];
  const reasons: CloseReason[] = [];
  const server = create((asked, response) => {
    const session = createSession(asked, response, { heartbeat: 60_000, maxBufferedAge: 100 });
    sessions.push(session);
    session.on("close", (reason) => reasons.push(reason));
    handle(session, response);
  });
  const url = await listen(t, server);
  const over = async (): Promise<void> => {
    while (reasons.length < sessions.length) await endOfTurn();
  };
  return { url, sessions, reasons, over };
}

async function open(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

async function leave(socket: Socket): Promise<void> {
  if (!socket.destroyed) await new Promise((resolve) => socket.on("close", resolve).resetAndDestroy());
}

async function repeat(count: number, work: (at: number) => Promise<void>): Promise<void> {
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < count) await work(begun++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

test(`${runs} damaged requests are answered, and their streams end with them`, { timeout }, async (t) => {
  const random = new Random(401);
  const streams = await stream(t, createServer, (session) => session.push("x", { id: "1" }));
  await repeat(runs, async () => {
    const socket = await open(streams.url);
    socket.write(mutate(random, Buffer.from(request), words));
    socket.end();
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    await once(socket, "close");
    const answer = Buffer.concat(chunks).toString("latin1");
    assert.ok(answer === "" || /^HTTP\/1\.1 (200|400|408|413|417|431|505|100) /.test(answer), answer.slice(0, 100));
  });
  await streams.over();
  assert.ok(streams.sessions.length > runs / 10, `${streams.sessions.length} streams`);
  for (const { lastEventId } of streams.sessions) assert.doesNotMatch(lastEventId, /[\r\n\0]/);
});

test(`${runs} clients that leave behind some byte of their requests`, { timeout }, async (t) => {
  const random = new Random(402);
  const streams = await stream(t, createServer, (session) => session.push("x"));
  const pipelined = request.repeat(3);
  await repeat(runs, async (at) => {
    const socket = await open(streams.url);
    socket.write(pipelined.slice(0, 1 + random.below(pipelined.length)));
    if (at % 3 === 0) socket.resume();
    if (at % 2 === 0) await endOfTurn();
    await leave(socket);
  });
  await streams.over();
  assert.ok(streams.reasons.every((reason) => reason === "gone"));
});

const preface = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
  Buffer.from([0, 0, 14, 1, 5, 0, 0, 0, 1, 0x82, 0x84, 0x86, 0x41, 9]),
  Buffer.from("localhost"),
]);
preface.writeUIntBE(preface.length - 24 - 9 - 9, 24 + 9, 3);

test(`${runs} damaged requests under HTTP/2`, { timeout }, async (t) => {
  const random = new Random(403);
  const streams = await stream(t, createHttp2Server, (session) => session.push("x"));
  await repeat(runs, async (at) => {
    const socket = await open(streams.url);
    socket.write(
      at % 10 === 0
        ? preface
        : mutate(random, preface, ["\0\0\x04\x08\0\0\0\0\0\0\0\0\0", "\0\0\x04\x03\0\0\0\0\x01\0\0\0\x08"]),
    );
    if (at % 10 === 0) await once(socket, "data");
    else await endOfTurn();
    await leave(socket);
  });
  await streams.over();
  assert.ok(streams.sessions.length >= runs / 20, `${streams.sessions.length} streams`);
});

/** What others do to the response of a session, or in its listeners, at a moment that nobody expects. */
const interferences: readonly [name: string, handle: Handle][] = [
  ["end() by others", (_session, response) => void response.end()],
  [
    "end() by others, then a push",
    (session, response) => {
      response.end();
      session.push("x");
    },
  ],
  ["destroy() by others", (_session, response) => void response.destroy()],
  [
    "destroy() by others, then a push",
    (session, response) => {
      response.destroy();
      session.push("x");
      session.flush();
    },
  ],
  [
    "a second session that is made when the first is over",
    (session, response) => void session.on("close", () => createSession({ headers: {} }, response).push("x")).close(),
  ],
  ["close() in its own close", (session) => session.on("close", () => session.close()).close()],
  [
    "destroy(), close() and a push",
    (session) => {
      session.destroy();
      session.close();
      session.push("x");
    },
  ],
];

for (const [name, handle] of interferences) {
  test(`${name} ends the stream once`, { timeout }, async (t) => {
    const streams = await stream(t, createServer, handle);
    const socket = await open(streams.url);
    socket.write(request);
    socket.resume();
    while (streams.sessions.length === 0) await endOfTurn();
    await streams.over();
    await leave(socket);
    await endOfTurn();
    assert.equal(streams.reasons.length, 1);
    for (const session of streams.sessions) {
      assert.equal(session.push("late"), false);
      assert.equal(session.bufferedBytes, 0);
    }
  });
}

test("a listener of close that throws does no harm to other streams", { timeout }, async (t) => {
  const thrown: unknown[] = [];
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", (error) => thrown.push(error.message));
  t.after(() => {
    process.removeAllListeners("uncaughtException");
    for (const listener of listeners) process.on("uncaughtException", listener);
  });
  const streams = await stream(t, createServer, (session) => {
    session.on("close", () => {
      throw new Error("mine");
    });
    session.push("x");
  });
  const sockets = [await open(streams.url), await open(streams.url), await open(streams.url)];
  for (const socket of sockets) {
    socket.write(request);
    await once(socket, "data");
  }
  await Promise.all(sockets.slice(1).map(leave));
  while (thrown.length < 2) await endOfTurn();
  assert.deepEqual(thrown, ["mine", "mine"]);
  assert.deepEqual(
    streams.sessions.map(({ closed }) => closed),
    [false, true, true],
  );
  assert.equal(streams.sessions[0]?.push("still here"), true);
  await Promise.all([once(sockets[0] ?? assert.fail(), "data")]);
  streams.sessions[0]?.removeAllListeners();
});

/** What a client names, raw in its header or in the query, and what the session has of it. */
const names: readonly [name: string, header: string | undefined, query: string, lastEventId: string][] = [
  ["bytes that are no UTF-8", "\xff\xfe", "", "ÿþ"],
  ["UTF-8", Buffer.from("…é").toString("latin1"), "", "…é"],
  ["as much as a header may hold", "1".repeat(15_000), "", "1".repeat(15_000)],
  ["a prototype's key", "__proto__", "", "__proto__"],
  ["NUL in the query", undefined, "?lastEventId=a%00b", ""],
  ["a line end in the query", undefined, "?lastEventId=a%0Adata:%20x", ""],
  ["CR in the query", undefined, "?lastEventId=a%0Ddata:%20x", ""],
  ["nonsense in the query", undefined, "?lastEventId=%E0%A4%A", "\ufffd%A"],
  ["two in the query: the first", undefined, "?lastEventId=1&lastEventId=2", "1"],
  ["a prototype's key as a parameter", undefined, "?__proto__=1&constructor=2", ""],
  ["brackets in the query", undefined, "?lastEventId[]=1&lastEventId[__proto__]=2", ""],
  ["much in the query", undefined, `?lastEventId=${"2".repeat(15_000)}`, "2".repeat(15_000)],
  ["both: the header", "7", "?lastEventId=8", "7"],
];

for (const [name, header, query, lastEventId] of names) {
  test(`the last event's id: ${name}`, { timeout }, async (t) => {
    const streams = await stream(t, createServer, (session) => session.push("x", { id: session.lastEventId }));
    const socket = await open(streams.url);
    const field = header === undefined ? "" : `Last-Event-ID: ${header}\r\n`;
    socket.write(Buffer.from(`GET /${query} HTTP/1.1\r\nHost: localhost\r\n${field}\r\n`, "latin1"));
    await once(socket, "data");
    assert.equal(streams.sessions[0]?.lastEventId, lastEventId);
    await leave(socket);
    await streams.over();
  });
}

/** Requests whose answer is not the usual one, and what it has. */
const answers: readonly [name: string, bytes: string, holds: RegExp][] = [
  [
    "HTTP/1.0",
    "GET / HTTP/1.0\r\n\r\n",
    /^HTTP\/1\.1 200 OK\r\n(?![\s\S]*chunked)[\s\S]*\r\n\r\nretry: 3000\n\ndata: x\n\n$/,
  ],
  [
    "Connection: close",
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    /\r\nConnection: close\r\n[\s\S]*data: x/i,
  ],
  ["HEAD", "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n$/],
  ["HEAD of HTTP/1.0", "HEAD / HTTP/1.0\r\n\r\n", /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n$/],
  [
    "POST with half a body",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
    /^HTTP\/1\.1 200 OK\r\n[\s\S]*data: x/,
  ],
];

for (const [name, bytes, holds] of answers) {
  test(`${name} is answered, and its end is noticed`, { timeout }, async (t) => {
    const streams = await stream(t, createServer, (session) => session.push("x"));
    const socket = await open(streams.url);
    let answer = "";
    const whole = new Promise<void>((resolve) => {
      socket.on("data", (chunk) => {
        answer += chunk;
        if (holds.test(answer)) resolve();
      });
    });
    socket.write(bytes);
    await whole;
    await leave(socket);
    await streams.over();
    assert.equal(streams.reasons.length, 1);
  });
}

test("pipelined requests get their streams one after the other", { timeout }, async (t) => {
  const streams = await stream(t, createServer, (session) => {
    session.push("x");
    session.close();
  });
  const socket = await open(streams.url);
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk;
  });
  socket.write(request.repeat(3));
  while (answer.split("0\r\n\r\n").length < 4) await endOfTurn();
  assert.equal(answer.split("data: x\n\n").length, 4);
  await streams.over();
  assert.deepEqual(streams.reasons, ["closed", "closed", "closed"]);
  await leave(socket);
});

test("a client that has said its last word, and still reads, is let go", { timeout }, async (t) => {
  const streams = await stream(t, createServer, (session) => session.push("x"));
  const socket = connect({ port: Number(new URL(streams.url).port), host: "127.0.0.1", allowHalfOpen: true });
  socket.end(request);
  socket.resume();
  await once(socket, "end");
  socket.end();
  await streams.over();
  assert.deepEqual(streams.reasons, ["gone"]);
});
