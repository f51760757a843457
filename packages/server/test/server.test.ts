/** The server on an HTTP server: alone, shared with the program's own listeners, and closing. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { type TestContext, test } from "node:test";
import { io as connectSocketIo } from "socket.io-client";
import { WebSocket, WebSocketServer } from "ws";
import { Server, type ServerOptions } from "../src/index.ts";
import { EventStreamReader } from "./wire/event-stream-reader.ts";

const plain: Partial<ServerOptions> = { plain: { authorize: () => true } };

async function listening(t: TestContext, httpServer: HttpServer): Promise<string> {
  httpServer.listen(0, "127.0.0.1");
  t.after(() => {
    httpServer.closeAllConnections();
    httpServer.close();
  });
  await once(httpServer, "listening");
  return `127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
}

/** Sends raw bytes and gives back all that comes until the server ends the connection. */
async function exchange(address: string, bytes: string): Promise<string> {
  const [host, port] = address.split(":");
  const socket = connect(Number(port), host);
  socket.end(bytes);
  let answer = "";
  for await (const chunk of socket.setEncoding("utf8")) answer += chunk;
  return answer;
}

test("other paths stay with the listeners that were there", async (t) => {
  const httpServer = createServer((_request, response) => response.end("mine"));
  new Server(httpServer, plain);
  const address = await listening(t, httpServer);
  assert.equal(await (await fetch(`http://${address}/other`)).text(), "mine");
  const polled = await fetch(`http://${address}/anywire`, { headers: { Accept: "application/json" } });
  assert.equal(polled.headers.get("content-type"), "application/json");
});

test("without a listener of the program's, another path is 404", async (t) => {
  const httpServer = createServer();
  new Server(httpServer, plain);
  const address = await listening(t, httpServer);
  const answer = await fetch(`http://${address}/other`);
  assert.deepEqual([answer.status, answer.headers.get("content-type")], [404, "application/problem+json"]);
  const upgrade = `GET /other HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  assert.match(await exchange(address, upgrade), /^HTTP\/1.1 404 /);
});

test("npm's ws keeps its own path on the same HTTP server", async (t) => {
  const httpServer = createServer();
  const others = new WebSocketServer({ noServer: true });
  httpServer.on("upgrade", (request, socket, head) => {
    if (request.url === "/theirs") others.handleUpgrade(request, socket, head, (ws) => ws.send("from ws"));
  });
  const io = new Server(httpServer, plain);
  io.on("connection", (socket) => socket.send("from anywire"));
  const address = await listening(t, httpServer);
  for (const [path, greeting] of [
    ["/theirs", "from ws"],
    ["/anywire", "from anywire"],
  ]) {
    const client = new WebSocket(`ws://${address}${path}`);
    const [text] = await once(client, "message");
    assert.equal(text.toString(), greeting);
    client.terminate();
  }
});

test("an upgrade that nobody claims on a shared HTTP server is cut after a second", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const httpServer = createServer();
  new Server(httpServer, { plain: { path: "/a" } });
  new Server(httpServer, { plain: { path: "/b" } });
  const asked = once(httpServer, "upgrade");
  const address = await listening(t, httpServer);
  const answer = exchange(address, "GET /c HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  await asked;
  t.mock.timers.tick(1_000);
  assert.equal(await answer, "");
});

test("one that another has answered before is left alone, however silent", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const httpServer = createServer();
  const others = new WebSocketServer({ noServer: true });
  others.on("connection", (ws) => ws.on("message", (data) => ws.send(data)));
  httpServer.on("upgrade", (request, socket, head) => {
    others.handleUpgrade(request, socket, head, (ws) => others.emit("connection", ws));
  });
  new Server(httpServer);
  const client = new WebSocket(`ws://${await listening(t, httpServer)}/theirs`);
  await once(client, "open");
  t.mock.timers.tick(1_000);
  client.send("still here");
  assert.equal(String((await once(client, "message"))[0]), "still here");
  client.terminate();
});

test("one that is refused and its client resets does no harm", async (t) => {
  const httpServer = createServer();
  new Server(httpServer);
  const [host, port] = (await listening(t, httpServer)).split(":");
  const asked = once(httpServer, "upgrade");
  const client = connect(Number(port), host);
  client.write("GET /c HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", () => {
    client.resetAndDestroy();
  });
  const [, socket] = await asked;
  if (!socket.destroyed) await new Promise((resolve) => socket.once("close", resolve));
});

test("one that nobody claims and its client resets does no harm", async (t) => {
  const httpServer = createServer().on("upgrade", () => {});
  new Server(httpServer);
  const [host, port] = (await listening(t, httpServer)).split(":");
  const asked = once(httpServer, "upgrade");
  const client = connect(Number(port), host);
  client.write("GET /c HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  const [, socket] = await asked;
  const closed = new Promise((resolve) => socket.once("close", resolve));
  client.resetAndDestroy();
  await closed; // an error that nobody listens for would end the process
});

test("a server that was closed can be opened again on the same HTTP server", async (t) => {
  const httpServer = createServer((_request, response) => response.end("own"));
  const io = new Server(httpServer);
  await listening(t, httpServer);
  await io.close();
  io.attach(httpServer);
  const address = await listening(t, httpServer);
  const client = connectSocketIo(`http://${address}`, { transports: ["websocket"], reconnection: false });
  await new Promise<void>((resolve) => client.once("connect", resolve));
  client.disconnect();
  assert.equal(await (await fetch(`http://${address}/other`)).text(), "own");
});

const offers: [name: string, request: string, answer: RegExp][] = [
  ["a GET", "GET /other HTTP/1.1\r\nHost: x\r\n", /^HTTP\/1.1 200 OK[\s\S]*GET \/other: $/],
  [
    "a POST with a body",
    "POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n",
    /^HTTP\/1.1 200 OK[\s\S]*POST \/other: body$/,
  ],
  [
    "a poll",
    "GET /anywire HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n",
    /^HTTP\/1.1 200 OK[\s\S]*"anywire:open"/,
  ],
];

for (const [name, request, answer] of offers) {
  test(`${name} that offers to change to h2c is answered as if it did not`, async (t) => {
    const httpServer = createServer(async (incoming, response) => {
      let body = "";
      for await (const chunk of incoming) body += chunk;
      response.setHeader("Connection", "close").end(`${incoming.method} ${incoming.url}: ${body}`);
    });
    new Server(httpServer, plain);
    const address = await listening(t, httpServer);
    const offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n";
    assert.match(await exchange(address, `${request}${offer}${request.startsWith("POST") ? "body" : ""}`), answer);
  });
}

test("a closing server sends its clients away with 1012 and a time to come back, and lets nobody in", async () => {
  const io = new Server(plain);
  const httpServer = createServer().listen(0, "127.0.0.1");
  io.attach(httpServer);
  await once(httpServer, "listening");
  const address = `127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
  const client = new WebSocket(`ws://${address}/anywire`, "anywire.v1");
  const stream = new EventStreamReader(`http://${address}/anywire`);
  await Promise.all([once(client, "message"), stream.until((events) => events.length === 1)]);
  const told = once(client, "message");
  const left = once(client, "close");
  const closed = io.close({ drain: 20 });
  const [text] = await told;
  const { event, data } = JSON.parse(text.toString());
  assert.equal(event, "anywire:close");
  assert.ok(data.retry >= 1_000, `retry: ${data.retry}`);
  assert.equal((await left)[0], 1012);
  await stream.until((events) => events.some((streamed) => streamed.event === "anywire:close"));
  await closed;
  await assert.rejects(fetch(`http://${address}/anywire`));
});

test("a server that was closed can be opened again", async () => {
  const io = new Server(plain);
  io.on("connection", (socket) => socket.send("welcome"));
  for (let round = 0; round < 2; round++) {
    const { httpServer } = io.listen(0);
    await once(httpServer, "listening");
    const { port } = httpServer.address() as AddressInfo;
    const client = new WebSocket(`ws://127.0.0.1:${port}/anywire`);
    const theirs = connectSocketIo(`http://127.0.0.1:${port}`, { reconnection: false });
    const [[text], [greeting]] = await Promise.all([once(client, "message"), once(theirs as never, "message")]);
    assert.deepEqual([text.toString(), greeting], ["welcome", "welcome"]);
    const failures: unknown[] = [];
    await io.close((error) => failures.push(error));
    assert.deepEqual(failures, [undefined]);
    theirs.disconnect();
  }
});

test("clients that do not take their leave do not hold a closing server", { timeout: 10_000 }, async () => {
  let asked = (): void => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const authorize = (): Promise<boolean> => {
    asked();
    return new Promise(() => {}); // never decides
  };
  const io = new Server({ plain: { authorize } });
  const { httpServer } = io.listen(0);
  assert.ok(httpServer !== undefined);
  await once(httpServer, "listening");
  const { port } = httpServer.address() as AddressInfo;
  const upgrade =
    "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  const silent = connect(port, "127.0.0.1");
  const open = connect(port, "127.0.0.1").resume();
  const undecided = connect(port, "127.0.0.1").resume();
  const gone = [silent, open, undecided].map((socket) =>
    once(
      socket.on("error", () => {}),
      "close",
    ),
  );
  silent.resume();
  const connected = new Promise((resolve) => {
    io.on("connection", resolve);
  });
  open.write(`GET /anywire HTTP/1.1\r\n${upgrade}`);
  undecided.write(`GET /anywire?room=a HTTP/1.1\r\n${upgrade}`);
  await Promise.all([connected, isAsked]);
  await io.close();
  await Promise.all(gone);
});

test("options that cannot be obeyed are refused at the call", () => {
  assert.throws(() => Reflect.construct(Server, [() => {}]), /attach to an HTTP server, not to a function/);
  assert.throws(() => new Server({ ackTimeout: -1 }), /ackTimeout must be a whole number from 1/);
  assert.throws(() => new Server({ history: { events: Number.NaN } }), /history.events must be a whole number from 1/);
});
