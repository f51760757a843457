/** class WebSocketServer: opening handshakes on a port, on an HTTP server, and handed over by the program. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { test } from "node:test";
import { type WebSocket, WebSocketServer } from "@anywire/websocket";
import Peer from "ws";
import { selfSigned } from "../../../scripts/test/self-signed.ts";
import { messages } from "./messages.ts";
import { answerTo, listen, openPeer, portOf, RawPeer, requestLines, requestOf, serve } from "./served.ts";

test("on a port: listens, answers plain requests with 426, says its address", async (t) => {
  const { wss, port } = await serve(t);
  assert.deepEqual(wss.address(), { address: "127.0.0.1", family: "IPv4", port });
  const response = await fetch(`http://127.0.0.1:${port}/`);
  assert.deepEqual([response.status, response.headers.get("upgrade")], [426, "websocket"]);
  await response.text();
});

test("a port that is taken is an error event", async (t) => {
  const { port } = await serve(t);
  const second = new WebSocketServer({ port, host: "127.0.0.1" });
  const [error] = await once(second, "error");
  assert.equal(error.code, "EADDRINUSE");
});

test("on the program's HTTP server: its requests stay its own", async (t) => {
  const http = createServer((_request, response) => response.end("plain"));
  const port = await listen(t, http);
  const wss = new WebSocketServer({ server: http });
  const accepted = once(wss, "connection");
  const peer = new Peer(`ws://127.0.0.1:${port}/chat?x=1`);
  await once(peer, "open");
  const [socket, request] = (await accepted) as [WebSocket, IncomingMessage];
  assert.equal(request.url, "/chat?x=1");
  assert.ok(wss.clients.has(socket));
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "plain");
  const closed = once(socket, "close");
  peer.terminate();
  await closed;
  assert.equal(wss.clients.size, 0);
});

test("over TLS, messages of all sizes come as they were sent", async (t) => {
  const tls = createTlsServer(selfSigned);
  t.after(() => tls.close());
  tls.listen(0, "127.0.0.1");
  await once(tls, "listening");
  const wss = new WebSocketServer({ server: tls });
  wss.on("connection", (socket) => socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary })));
  const peer = new Peer(`wss://127.0.0.1:${portOf(tls)}/`, { rejectUnauthorized: false, perMessageDeflate: false });
  t.after(() => peer.terminate());
  await once(peer, "open");
  const sent = Array.from({ length: 300 }, (_, n) => Buffer.alloc(n * n, n));
  const got = messages(peer, sent.length);
  for (const message of sent) peer.send(message);
  const received = await got;
  for (const [at, message] of sent.entries()) assert.ok(message.equals(Buffer.from(received[at]!)));
});

test("handed over by the program: only what it wants", async (t) => {
  const wss = new WebSocketServer({ noServer: true });
  const http = createServer();
  http.on("upgrade", (request, socket, head) => {
    if (request.url === "/yes") wss.handleUpgrade(request, socket, head, (ws) => wss.emit("connection", ws, request));
    else socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
  });
  const port = await listen(t, http);
  assert.throws(() => wss.address(), /noServer/);
  const peer = new Peer(`ws://127.0.0.1:${port}/yes`);
  t.after(() => peer.terminate());
  await once(peer, "open");
  const refused = new Peer(`ws://127.0.0.1:${port}/no`);
  assert.match(String((await once(refused, "error"))[0]), /404/);
});

test("the same socket handed over twice is a mistake, and told", async (t) => {
  const wss = new WebSocketServer({ noServer: true });
  const http = createServer();
  const told = new Promise((resolve) => {
    http.on("upgrade", (request, socket, head) => {
      wss.handleUpgrade(request, socket, head, () => {});
      assert.throws(() => wss.handleUpgrade(request, socket, head, () => {}), /more than once with the same socket/);
      resolve(undefined);
    });
  });
  const port = await listen(t, http);
  await RawPeer.open(t, port);
  await told;
});

test("only the path that was asked for", async (t) => {
  const served = await serve(t, { path: "/chat" });
  assert.match(await answerTo(t, served.port, requestOf()), /^HTTP\/1\.1 400 /);
  const accepted = served.accepted();
  const peer = await RawPeer.connect(t, served.port);
  peer.socket.write(requestOf(["GET /chat?room=1 HTTP/1.1", ...requestLines.slice(1)]));
  await accepted;
});

test("close: no new connections, the open ones go on, and the end is told", async (t) => {
  const http = createServer();
  const port = await listen(t, http);
  const wss = new WebSocketServer({ server: http });
  const accepted = once(wss, "connection");
  const peer = new Peer(`ws://127.0.0.1:${port}/`);
  await once(peer, "open");
  const [socket] = (await accepted) as [WebSocket];
  let told = 0;
  const closed = new Promise<void>((resolve) => {
    wss.close((error) => {
      assert.equal(error, undefined);
      told++;
      resolve();
    });
  });
  const got = messages(peer, 1);
  socket.send("still here");
  assert.deepEqual(await got, ["still here"]);
  assert.equal(told, 0);
  socket.close();
  await closed;
  const error = await new Promise((resolve) => wss.close(resolve));
  assert.match(String(error), /not running/);
});

test("close of a server on a port stops listening", async (t) => {
  const { wss, port } = await serve(t);
  await new Promise<void>((resolve) => wss.close(() => resolve()));
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
});

test("a request that comes while closing gets 503", async (t) => {
  const wss = new WebSocketServer({ noServer: true });
  const http = createServer();
  http.on("upgrade", (request, socket, head) => wss.handleUpgrade(request, socket, head, assert.fail));
  const port = await listen(t, http);
  wss.close();
  assert.match(await answerTo(t, port, requestOf()), /^HTTP\/1\.1 503 /);
});

test("without clientTracking, no clients are kept", async (t) => {
  const served = await serve(t, { clientTracking: false });
  const [, socket] = await openPeer(t, served);
  assert.equal(served.wss.clients, undefined);
  socket.terminate();
});
