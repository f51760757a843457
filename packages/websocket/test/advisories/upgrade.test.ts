/** Moments of an upgrade at which others crashed, leaked or let somebody in. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { WebSocket, WebSocketServer } from "@anywire/websocket";
import Peer from "ws";
import { Random } from "../../../../scripts/test/random.ts";
import { selfSigned } from "../../../../scripts/test/self-signed.ts";
import { answering, failure, listening, opens, ours, told } from "../clients.ts";
import { clientFrame, close, closePayload, serverFrame, text } from "../frames.ts";
import { deferred, messages } from "../messages.ts";
import { answerTo, listen, portOf, RawPeer, requestLines, requestOf, serve } from "../served.ts";

// Credentials on redirects (commits 6946f5fe, d68ba9e1, bc8bd34e of ws): test/node/opening-redirects.test.ts.

/** Whatever happened to other clients, a new one gets in and hears something. */
async function lives(t: TestContext, wss: WebSocketServer, port: number): Promise<void> {
  wss.on("connection", (socket) => socket.send("alive"));
  const peer = new Peer(`ws://127.0.0.1:${port}/`);
  t.after(() => peer.terminate());
  assert.deepEqual(await messages(peer, 1), ["alive"]);
}

test("a bad frame right behind the request, before anybody listens, is closed with 1002 (CVE-2022-21676)", async (t) => {
  const { wss, port } = await serve(t);
  const peer = await RawPeer.open(t, port, clientFrame(3, "x"));
  assert.deepEqual(await peer.all(), serverFrame(close, closePayload(1002)));
  await lives(t, wss, port);
});

test("a bad frame right behind the answer, before anybody listens, is closed with 1002 (CVE-2022-21676)", async (t) => {
  const frames: Buffer[] = [];
  const server = createServer((socket) => {
    socket.once("data", (head) => {
      socket.write(Buffer.concat([Buffer.from(opens(String(head))), serverFrame(3, "x")]));
      socket.on("data", (chunk) => frames.push(chunk));
    });
  });
  const port = await listening(t, server);
  const client = new WebSocket(`ws://127.0.0.1:${port}/`);
  await new Promise((resolve) => client.on("close", resolve));
  assert.equal(Buffer.concat(frames)[0], 0x88);
});

test("handlers that are attached a while after the upgrade miss what came before, and nothing else happens", async (t) => {
  const { wss, port } = await serve(t);
  const accepted = once(wss, "connection");
  const peer = await RawPeer.open(t, port, Buffer.concat([clientFrame(text, "missed"), clientFrame(9, "p")]));
  const [socket] = (await accepted) as [WebSocket];
  await peer.until((bytes) => bytes.length >= 3); // the pong: both were read
  const got = once(socket, "message");
  peer.socket.write(clientFrame(text, "heard"));
  assert.equal(String((await got)[0]), "heard");
});

test("a client that is gone before its connection is told leaves neither error nor client (CVE-2022-41940)", async (t) => {
  const { wss, port } = await serve(t);
  for (let n = 0; n < 30; n++) {
    const peer = await RawPeer.connect(t, port);
    peer.socket.write(Buffer.concat([Buffer.from(requestOf()), clientFrame(text, "x")]));
    peer.socket.resetAndDestroy();
  }
  await lives(t, wss, port);
  for (const socket of wss.clients) if (socket.readyState !== WebSocket.CLOSED) socket.terminate();
  while (wss.clients.size > 0) await new Promise(setImmediate);
});

test("a reset at each byte of the request ends nothing but itself (CVE-2022-41940)", async (t) => {
  const { wss, port } = await serve(t, { authorize: () => new Promise<void>((admit) => setImmediate(admit)) });
  const request = Buffer.concat([Buffer.from(requestOf()), clientFrame(text, "x")]);
  for (let at = 0; at < request.length; at += 7) {
    const peer = await RawPeer.connect(t, port);
    await new Promise<void>((written) => peer.socket.write(request.subarray(0, at), () => written()));
    peer.socket.resetAndDestroy();
  }
  await lives(t, wss, port);
});

test("a reset of the server at each byte of its answer fails the client and crashes nothing (CVE-2022-41940)", async (t) => {
  let at = 0;
  const server = createServer((socket) => {
    socket.once("data", (head) => {
      const answer = Buffer.from(opens(String(head)));
      socket.write(answer.subarray(0, at % (answer.length + 1)), () => socket.resetAndDestroy());
    });
  });
  const port = await listening(t, server);
  for (at = 0; at < 140; at += 5) {
    const log = await told(t, ours(`ws://127.0.0.1:${port}/`));
    assert.match(log.join(), /^error in state 2: .*,close 1006 in state 3$|^upgrade 101,open/);
  }
});

/** The client went away while the program was thinking: nothing is written to it, and nobody is told of a connection. */
for (const way of ["destroy", "end", "resetAndDestroy"] as const) {
  test(`no 101 is written to a client that left by ${way} while it was asked for`, async (t) => {
    const decision = deferred();
    const { wss, port } = await serve(t, { authorize: () => decision.promise });
    wss.on("connection", assert.fail);
    const peer = await RawPeer.connect(t, port);
    const http: unknown = Reflect.get(wss, "_server");
    assert.ok(http instanceof Object && "on" in http);
    const asked = new Promise<Socket>((resolve) =>
      Reflect.apply(http.on as (...args: unknown[]) => void, http, [
        "upgrade",
        (_request: unknown, stream: Socket) => resolve(stream),
      ]),
    );
    peer.socket.write(requestOf());
    const stream = await asked;
    peer.socket[way]();
    const left = way === "resetAndDestroy" ? new Promise((resolve) => stream.on("close", resolve)) : undefined;
    while (left === undefined && !Reflect.get(Reflect.get(stream, "_readableState"), "ended") && !stream.destroyed) {
      stream.read(0);
      await new Promise(setImmediate);
    }
    await left;
    decision.resolve();
    if (!stream.destroyed) await once(stream, "close");
    assert.equal(stream.bytesWritten, 0);
    assert.equal(wss.clients.size, 0);
    wss.off("connection", assert.fail);
  });
}

test("a server that closes during an async authorize admits nobody behind its back", async (t) => {
  const decision = deferred();
  const asked = deferred();
  const http = createHttpServer();
  const port = await listen(t, http);
  const wss = new WebSocketServer({
    server: http,
    authorize: () => {
      asked.resolve();
      return decision.promise;
    },
  });
  wss.on("connection", assert.fail);
  const answer = answerTo(t, port, requestOf());
  await asked.promise;
  const closed = once(wss, "close");
  wss.close();
  await closed;
  decision.resolve();
  assert.match(await answer, /^HTTP\/1\.1 503 /);
});

test("one request that is handed over twice opens one connection", async (t) => {
  const http = createHttpServer();
  const wss = new WebSocketServer({ noServer: true });
  const port = await listen(t, http);
  const upgraded = once(http, "upgrade") as Promise<[IncomingMessage, Duplex, Buffer]>;
  const peer = await RawPeer.connect(t, port);
  peer.socket.write(requestOf());
  const [request, stream, head] = await upgraded;
  const sockets: WebSocket[] = [];
  wss.handleUpgrade(request, stream, head, (socket) => sockets.push(socket));
  assert.throws(() => wss.handleUpgrade(request, stream, head, (socket) => sockets.push(socket)), /more than once/);
  assert.equal(sockets.length, 1);
  sockets[0]?.terminate();
});

test("an upgrade goes where it was asked to, and is refused everywhere else (GHSA-c4j6-fc7j-m34r, CVE-2020-7693)", async (t) => {
  const http = createHttpServer((_request, response) => response.end("plain"));
  const wss = new WebSocketServer({ server: http, path: "/chat" });
  wss.on("connection", (socket) => socket.terminate());
  const port = await listen(t, http);
  const ask = (target: string): Promise<string> =>
    answerTo(t, port, requestOf([`GET ${target} HTTP/1.1`, ...requestLines.slice(1)]));
  for (const target of [
    "/",
    "/chat/",
    "/chat/x",
    "/CHAT",
    "/chat%2f",
    "//chat",
    "/x?/chat",
    "/%63hat",
    "http://a/chat",
    "*",
    "/chat;a",
  ]) {
    assert.match(await ask(target), /^HTTP\/1\.1 400 /, target);
  }
  for (const target of ["/chat", "/chat?x"]) assert.match(await ask(target), /^HTTP\/1\.1 101 /, target);
});

test("a server that no longer takes any refuses an upgrade on every path", async (t) => {
  const http = createHttpServer();
  const wss = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) => wss.handleUpgrade(request, socket, head, assert.fail));
  const port = await listen(t, http);
  wss.close();
  for (const path of ["/", "/any/where", "/?x"]) {
    assert.match(
      await answerTo(t, port, requestOf([`GET ${path} HTTP/1.1`, ...requestLines.slice(1)])),
      /^HTTP\/1\.1 503 /,
    );
  }
});

test("whoever checks the Origin sees it, and nobody is let in before (CVE-2026-27148, CVE-2025-24010)", async (t) => {
  const { wss, port } = await serve(t, {
    authorize: ({ headers }) => (headers.origin === `http://${headers.host}` ? undefined : { status: 403 }),
  });
  wss.on("connection", (socket) => socket.terminate());
  for (const [origin, status] of [
    ["http://evil.example", 403],
    ["null", 403],
    ["", 403],
    ["http://localhost", 101],
  ] as const) {
    const answer = await answerTo(t, port, requestOf([...requestLines, `Origin: ${origin}`]));
    assert.ok(answer.startsWith(`HTTP/1.1 ${status} `), answer);
  }
  assert.match(await answerTo(t, port, requestOf()), /^HTTP\/1\.1 403 /);
});

test("a certificate of another host, or of nobody, fails the client by default (CVE-2020-15133, CVE-2016-10536)", async (t) => {
  const https = createHttpsServer(selfSigned);
  const port = await listen(t, https);
  new WebSocketServer({ server: https }).on("connection", assert.fail);
  const [unknown] = await told(t, ours(`wss://localhost:${port}/`));
  assert.match(unknown ?? "", /^error in state 2: self-signed certificate$/);
  const trusting = { ca: selfSigned.cert, lookup: undefined, servername: "other.example" };
  const [wrong] = await told(t, ours(`wss://localhost:${port}/`, [], trusting));
  assert.match(wrong ?? "", /^error in state 2: Hostname\/IP does not match certificate's altnames/);
});

test("half a request and then silence: Node ends it in time, and the defaults of our own server have such a time", async (t) => {
  const http = createHttpServer({ headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 });
  const wss = new WebSocketServer({ server: http });
  wss.on("connection", assert.fail);
  const port = await listen(t, http);
  const half = requestOf().slice(0, 60);
  const peers = await Promise.all(Array.from({ length: 20 }, () => RawPeer.connect(t, port)));
  for (const { socket } of peers) socket.write(half);
  for (const peer of peers) assert.match((await peer.all()).toString(), /^HTTP\/1\.1 408 /);
  const own: unknown = Reflect.get((await serve(t)).wss, "_server");
  assert.ok(own instanceof Object && "headersTimeout" in own && "requestTimeout" in own);
  for (const time of [Number(own.headersTimeout), Number(own.requestTimeout)]) assert.ok(time > 0 && time <= 300_000);
});

for (const [name, answer] of [
  ["nothing", ""],
  ["half an answer", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso"],
  ["news without end", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"],
] as const) {
  test(`a server that answers with ${name} fails the client in time`, async (t) => {
    const port = await answering(t, () => answer);
    const log = await told(t, ours(`ws://127.0.0.1:${port}/`, [], { handshakeTimeout: 50 }));
    assert.deepEqual(log, failure("Opening handshake has timed out"));
  });
}

test("a server whose headers do not end fails the client, whatever time it has", async (t) => {
  const server = createServer((socket) => {
    const more = (): void => {
      if (socket.writable) socket.write("X-More: x\r\n".repeat(1000), more);
    };
    socket.once("data", () => socket.write("HTTP/1.1 101 Switching Protocols\r\n", more));
  });
  const port = await listening(t, server);
  assert.deepEqual(await told(t, ours(`ws://127.0.0.1:${port}/`)), failure("Parse Error: Header overflow"));
});

test("random bytes in place of a request are answered or cut, and the server lives", async (t) => {
  const { wss, port } = await serve(t);
  const random = new Random(22);
  for (let n = 0; n < 50; n++) {
    const peer = await RawPeer.connect(t, port);
    peer.socket.end(random.bytes(1 + random.below(400)));
    await peer.all();
  }
  await lives(t, wss, port);
  assert.equal(portOf(wss), port);
});
