/** Who takes what comes to a server of HTTP/2: ours by path, the program, and clients of HTTP/1.1 beside. */

import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { test } from "node:test";
import { connect } from "node:tls";
import { type WebSocket, WebSocketServer } from "@anywire/websocket";
import Peer from "ws";
import { selfSigned } from "../../../scripts/test/self-signed.ts";
import { serverFrame, text } from "./frames.ts";
import { acceptedBy, listenHttp2, openSession, plain, RawStream, secure, serveHttp2 } from "./http2-peers.ts";
import { messages } from "./messages.ts";

test("HTTP/1.1 and HTTP/2 on one port: npm's ws, a stream and plain requests at the same time", async (t) => {
  const server = secure();
  server.on("request", (_request: unknown, response: { end(body: string): void }) => response.end("page"));
  const served = await serveHttp2(t, { path: "/chat" }, server);
  served.wss.on("connection", (socket: WebSocket, request: IncomingMessage) => socket.send(request.httpVersion));
  const session = await openSession(t, `https://127.0.0.1:${served.port}`);
  const peer = new Peer(`wss://127.0.0.1:${served.port}/chat`, { rejectUnauthorized: false });
  t.after(() => peer.terminate());
  const raw = new RawStream(session);
  const page = new RawStream(session, { ":method": "GET", ":protocol": undefined });
  assert.deepEqual(await messages(peer, 1), ["1.1"]);
  assert.deepEqual(await raw.bytes(5), serverFrame(text, "2.0"));
  assert.equal(String(await page.all()), "page");
});

test("an extended CONNECT for something else, and a plain one, are the program's", async (t) => {
  const server = plain();
  const heard: unknown[] = [];
  server.on("connect", (request: Http2ServerRequest) => {
    heard.push(request.headers[":protocol"]);
    request.stream.respond({ ":status": 418 }, { endStream: true });
  });
  server.on("request", () => {});
  const served = await serveHttp2(t, {}, server);
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  assert.equal(await new RawStream(session, { ":protocol": "other" }).status(), 418);
  const tunnel = { ":protocol": undefined, ":scheme": undefined, ":path": undefined };
  assert.equal(await new RawStream(session, tunnel).status(), 418);
  assert.deepEqual(heard, ["other", undefined]);
});

test("a CONNECT that nobody wants is refused, as Node does it without us", async (t) => {
  const server = plain();
  server.on("request", () => {});
  const served = await serveHttp2(t, {}, server);
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  assert.equal(await new RawStream(session, { ":protocol": "other" }).status(), 405);
});

test("a CONNECT over HTTP/1.1 that nobody wants is cut off, as Node does it without us", async (t) => {
  const { port } = await serveHttp2(t, {}, secure());
  const client = connect({ port, host: "127.0.0.1", ca: selfSigned.cert });
  t.after(() => client.destroy());
  client.on("error", () => {}).write("CONNECT other.test:80 HTTP/1.1\r\nHost: other.test\r\n\r\n");
  client.resume();
  await once(client, "close");
  assert.equal(client.bytesRead, 0);
});

/** Who else answers, added before us or after. */
const others: [name: string, listen: (server: ReturnType<typeof plain>) => void][] = [
  ["connect", (server) => server.on("connect", ({ stream }: Http2ServerRequest) => stream.respond({ ":status": 299 }))],
  ["stream", (server) => server.on("stream", (stream) => stream.respond({ ":status": 299 }))],
];

for (const [name, listen] of others) {
  for (const order of ["before", "after"]) {
    test(`what a listener of ${name}, added ${order} us, has answered is left alone`, async (t) => {
      const server = plain();
      server.on("request", () => {});
      if (order === "before") listen(server);
      const served = await serveHttp2(t, {}, server);
      if (order === "after") listen(server);
      const session = await openSession(t, `http://127.0.0.1:${served.port}`);
      assert.equal(await new RawStream(session).status(), 299);
      assert.equal(served.wss.clients.size, 0);
    });
  }
}

test("several servers share one by path, also when listeners of requests come before and after them", async (t) => {
  const server = plain();
  const first = new WebSocketServer({ server, path: "/first" });
  server.on("request", () => {});
  const second = new WebSocketServer({ server, path: "/second" });
  const port = await listenHttp2(t, server);
  const session = await openSession(t, `http://127.0.0.1:${port}`);
  for (const [wss, path] of [
    [first, "/first"],
    [second, "/second?x"],
  ] as const) {
    const accepted = acceptedBy(wss);
    assert.equal(await new RawStream(session, { ":path": path }).status(), 200);
    assert.equal((await accepted)[1].url, path);
  }
  assert.equal(await new RawStream(session, { ":path": "/third" }).status(), 400);
  first.close();
  assert.equal(await new RawStream(session, { ":path": "/first" }).status(), 400);
  second.close();
  assert.equal(await new RawStream(session, { ":path": "/second" }).status(), 405);
});

test("what is not claimed waits for the program, if it listens", async (t) => {
  const server = plain();
  server.on("request", () => {});
  server.on("connect", ({ stream }: Http2ServerRequest) => {
    setImmediate(() => stream.respond({ ":status": 299 }, { endStream: true }));
  });
  const served = await serveHttp2(t, { path: "/other" }, server);
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  assert.equal(await new RawStream(session).status(), 299);
});

test("handleUpgrade takes a stream that the program hands over", async (t) => {
  const server = plain({ settings: { enableConnectProtocol: true } });
  const wss = new WebSocketServer({ noServer: true });
  server.on("request", () => {});
  server.on("connect", (request: Http2ServerRequest) => {
    const asUpgrade: unknown = request;
    wss.handleUpgrade(asUpgrade as IncomingMessage, request.stream, Buffer.alloc(0), (socket) => socket.send("hello"));
  });
  const session = await openSession(t, `http://127.0.0.1:${await listenHttp2(t, server)}`);
  assert.deepEqual(await new RawStream(session).bytes(7), serverFrame(text, "hello"));
});
