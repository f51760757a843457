/** Options of WebSocketServer: bad ones, what can be read of them, and the hooks that are no judges. */

import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { Server } from "node:net";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { HandshakeError, type ServerOptions, WebSocket, WebSocketServer } from "@anywire/websocket";
import Peer, { WebSocketServer as PeerServer } from "ws";
import { answerTo, listen, openPeer, RawPeer, requestOf, serve } from "./served.ts";

const badOptions: [name: string, options: ServerOptions, message: RegExp][] = [
  ["no way to get connections", {}, /^One and only one of the "port", "server", or "noServer" options must be spec/],
  ["a port and no server", { port: 0, noServer: true }, /^One and only one/],
  ["a port and a server", { port: 0, server: createServer() }, /^One and only one/],
  ["a server and no server", { server: createServer(), noServer: true }, /^One and only one/],
  ["a negative maxPayload", { noServer: true, maxPayload: -1 }, /maxPayload/],
  ["a closeTimeout that is no number", { noServer: true, closeTimeout: Number.NaN }, /closeTimeout/],
  ["a heartbeat of zero", { noServer: true, heartbeat: 0 }, /heartbeat/],
  ["an endless heartbeat", { noServer: true, heartbeat: { interval: Infinity } }, /heartbeat/],
  ["a negative time for it", { noServer: true, heartbeat: { interval: 1, timeout: -1 } }, /heartbeat.timeout/],
  ["an authorize that is no function", { noServer: true, authorize: 5 as never }, /"authorize" must be a function/],
  ["a verifyClient that is none", { noServer: true, verifyClient: {} as never }, /"verifyClient" must be a function/],
  ["a negative maxBufferedBytes", { noServer: true, maxBufferedBytes: -1 }, /maxBufferedBytes/],
];

for (const [name, options, message] of badOptions) {
  test(`refuses ${name}`, () => assert.throws(() => new WebSocketServer(options), { name: "TypeError", message }));
}

for (const none of [undefined, null]) {
  test(`refuses ${none} in place of options`, () => {
    assert.throws(() => Reflect.construct(WebSocketServer, [none]), {
      name: "TypeError",
      message: /^One and only one/,
    });
  });
}

test("host and backlog go to the server that it opens", (t) => {
  const listen = t.mock.method(Server.prototype, "listen", function (this: Server) {
    return this;
  });
  const listening = (): void => {};
  new WebSocketServer({ port: 1, host: "127.0.0.1", backlog: 5 }, listening).close();
  assert.deepEqual(listen.mock.calls[0]?.arguments, [1, "127.0.0.1", 5, listening]);
});

/** Here ours are no limits, or the same and not named. */
const ownDefaults = new Set(["maxFragments", "maxBufferedChunks", "WebSocket"]);

for (const given of [{}, { perMessageDeflate: true }, { maxPayload: 5, clientTracking: false, path: "/x" }]) {
  test(`shows the options that ws shows for ${JSON.stringify(given)}`, () => {
    const ours = new Map(Object.entries(new WebSocketServer({ noServer: true, ...given }).options));
    for (const [name, theirs] of Object.entries(new PeerServer({ noServer: true, ...given }).options)) {
      if (!ownDefaults.has(name)) assert.deepEqual(ours.get(name) ?? null, theirs, name);
    }
    assert.equal(ours.get("WebSocket"), WebSocket);
  });
}

test("an option that is undefined is an option that was not given", () => {
  const { options, clients } = new WebSocketServer({
    noServer: true,
    maxPayload: undefined,
    clientTracking: undefined,
  });
  assert.deepEqual([options.maxPayload, options.clientTracking, clients.size], [104_857_600, true, 0]);
});

test("what extra options the program has, its sockets' class is given", async (t) => {
  const seen: unknown[] = [];
  class Named extends WebSocket {
    readonly name = "own";
    // biome-ignore lint/suspicious/noExplicitAny: as free as the overloads of its base
    constructor(...given: any[]) {
      super(given[0], given[1], given[2]);
      seen.push(...given);
    }
  }
  const options = { port: 0, host: "127.0.0.1", WebSocket: Named, extra: 1 };
  const wss = new WebSocketServer<typeof Named>(options);
  t.after(() => wss.close());
  await once(wss, "listening");
  const accepted = once(wss, "connection");
  const peer = new Peer(`ws://127.0.0.1:${Reflect.get(Object(wss.address()), "port")}`);
  const [socket] = (await accepted) as [Named];
  assert.deepEqual([socket.name, socket.readyState, wss.clients.has(socket)], ["own", WebSocket.OPEN, true]);
  assert.deepEqual(seen, [null, undefined, wss.options]);
  assert.equal(Reflect.get(wss.options, "extra"), 1);
  socket.terminate();
  await once(peer, "close");
});

test("hooks that are put into the options later are obeyed", async (t) => {
  const { wss, port } = await serve(t);
  wss.options.verifyClient = () => false;
  assert.match(await answerTo(t, port, requestOf()), /^HTTP\/1.1 401 /);
  wss.options.verifyClient = undefined;
  wss.options.path = "/in";
  assert.match(await answerTo(t, port, requestOf()), /^HTTP\/1.1 400 /);
});

test("handleProtocols is asked only about offers, and gets the request", async (t) => {
  const asked: [string[], string | undefined][] = [];
  const served = await serve(t, {
    handleProtocols: (protocols, request) => {
      asked.push([[...protocols], request.url]);
      return "b";
    },
  });
  await openPeer(t, served);
  const [peer, socket] = await openPeer(t, served, ["a", "b"]);
  assert.deepEqual([asked, peer.protocol, socket.protocol], [[[["a", "b"], "/"]], "b", "b"]);
});

test("what listeners of headers add or change is written", async (t) => {
  const { wss, port } = await serve(t);
  wss.on("headers", (lines, request) => {
    assert.equal(request.url, "/");
    lines[0] = "HTTP/1.1 101 Welcome";
    lines.push("Set-Cookie: a=1", "Set-Cookie: b=2");
  });
  const peer = await RawPeer.connect(t, port);
  peer.socket.write(requestOf());
  const answer = (await peer.until((bytes) => bytes.includes("\r\n\r\n"))).toString("latin1");
  assert.match(answer, /^HTTP\/1.1 101 Welcome\r\n[\s\S]*=\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n$/);
});

const compressions: [name: string, options: ServerOptions["perMessageDeflate"], agreed: string][] = [
  ["no compression by default", undefined, ""],
  ["compression", true, "permessage-deflate; client_max_window_bits"],
  ["compression without context", { serverNoContextTakeover: true }, "permessage-deflate; server_no_context_takeover"],
];

for (const [name, perMessageDeflate, agreed] of compressions) {
  test(`agrees on ${name} with npm's client, and messages come as they were sent`, async (t) => {
    const { wss, port } = await serve(t, { perMessageDeflate });
    wss.on("connection", (socket) => socket.on("message", (data, binary) => socket.send(data, { binary })));
    const peer = new Peer(`ws://127.0.0.1:${port}/`);
    t.after(() => peer.terminate());
    await once(peer, "open");
    assert.ok(peer.extensions.startsWith(agreed.split(";", 1)[0] ?? ""), peer.extensions);
    for (const size of [0, 1, 2000, 200_000]) {
      const echoed = once(peer, "message");
      peer.send("x".repeat(size));
      assert.equal(String((await echoed)[0]), "x".repeat(size));
    }
  });
}

test("a subclass may do something before the answer", async (t) => {
  const keys: unknown[] = [];
  class Late extends WebSocketServer {
    protected override completeUpgrade(...given: Parameters<WebSocketServer["completeUpgrade"]>): void {
      keys.push(given[1]);
      setImmediate(() => super.completeUpgrade(...given));
    }
  }
  const wss = new Late({ noServer: true });
  const http = createServer();
  http.on("upgrade", (request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (ws) => wss.emit("connection", ws, request));
  });
  wss.on("connection", (socket) => socket.send("late"));
  const port = await listen(t, http);
  const peer = new Peer(`ws://127.0.0.1:${port}/`);
  t.after(() => peer.terminate());
  assert.equal(String((await once(peer, "message"))[0]), "late");
  assert.equal(keys.length, 1);
});

test("what listens to the errors of a stream is gone once it is a WebSocket", async (t) => {
  const wss = new WebSocketServer({ noServer: true });
  const http = createServer();
  const upgraded = once(http, "upgrade") as Promise<[IncomingMessage, Duplex, Buffer]>;
  await RawPeer.connect(t, await listen(t, http)).then((peer) => peer.socket.write(requestOf()));
  const [request, stream, head] = await upgraded;
  wss.handleUpgrade(request, stream, head, (socket) => socket.terminate());
  const before = stream.listenerCount("error");
  assert.ok(before <= 1);
  await once(stream, "close");
});

test("closed: no address, and the program's HTTP server goes on", async (t) => {
  const http = createServer((_request, response) => response.end("plain"));
  const port = await listen(t, http);
  const wss = new WebSocketServer({ server: http });
  assert.deepEqual(wss.address(), http.address());
  await new Promise<void>((resolve) => wss.close(() => resolve()));
  assert.equal(wss.address(), null);
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "plain");
});

test("closed without clientTracking: the end is told at once", async (t) => {
  const http = createServer();
  const port = await listen(t, http);
  const wss = new WebSocketServer({ server: http, clientTracking: false });
  const peer = new Peer(`ws://127.0.0.1:${port}/`);
  t.after(() => peer.terminate());
  await once(peer, "open");
  await new Promise<void>((resolve) => wss.close(() => resolve()));
  assert.equal(peer.readyState, Peer.OPEN);
});

/** What a channel says while the test runs. */
function watch(t: TestContext, name: string): Record<string, unknown>[] {
  const seen: Record<string, unknown>[] = [];
  const listener = (message: unknown): void => void seen.push(Object(message));
  channel(name).subscribe(listener);
  t.after(() => channel(name).unsubscribe(listener));
  return seen;
}

test("handshakes are told to those who watch", async (t) => {
  const accepted = watch(t, "anywire:websocket:accept");
  const refused = watch(t, "anywire:websocket:refuse");
  const served = await serve(t, { authorize: ({ url }) => (url === "/no" ? { status: 403 } : undefined) });
  const [, socket] = await openPeer(t, served);
  await answerTo(t, served.port, requestOf().replace("GET / ", "GET /no "));
  await answerTo(t, served.port, requestOf().replace("GET / ", "POST / "));
  const [{ server, request } = {}] = accepted;
  assert.deepEqual([server, Reflect.get(Object(request), "url"), accepted[0]?.socket], [served.wss, "/", socket]);
  assert.deepEqual(
    refused.map(({ status }) => status),
    [403, 405],
  );
  assert.equal(refused[0]?.error, undefined);
  assert.ok(refused[1]?.error instanceof HandshakeError);
});
