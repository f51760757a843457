/** Ends of all kinds, with Socket.IO's own client: who is told what, and who comes back. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { type Socket as ClientSocket, io as connect, type ManagerOptions } from "socket.io-client";
import { Server, type ServerOptions, type Socket } from "../../src/index.ts";

interface House {
  readonly io: Server;
  readonly http: HttpServer;
  enter(namespace?: string, options?: Partial<ManagerOptions>): ClientSocket;
}

async function open(t: TestContext, options: Partial<ServerOptions> = {}): Promise<House> {
  const http = createServer().listen(0, "127.0.0.1");
  const io = new Server(http, options);
  const clients: ClientSocket[] = [];
  t.after(async () => {
    for (const client of clients) client.disconnect();
    await io.close();
  });
  await once(http, "listening");
  const enter: House["enter"] = (namespace = "/", manager = {}) => {
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}${namespace}`;
    const client = connect(url, { transports: ["websocket"], forceNew: true, reconnection: false, ...manager });
    clients.push(client);
    return client;
  };
  return { io, http, enter };
}

function heard(
  emitter: { once(event: string, listener: (...args: never[]) => void): unknown },
  event: string,
): Promise<unknown[]> {
  return new Promise((resolve) => emitter.once(event, (...args: unknown[]) => resolve(args)));
}

test("every namespace of a connection hears that the server is shutting down", async (t) => {
  const { io, enter } = await open(t);
  const reasons: unknown[] = [];
  for (const namespace of [io.of("/"), io.of("/b")])
    namespace.on("connection", (socket: Socket) => socket.on("disconnect", (reason: string) => reasons.push(reason)));
  const main = enter();
  const other = main.io.socket("/b");
  await Promise.all([heard(main, "connect"), heard(other, "connect")]);
  await io.close();
  assert.deepEqual(reasons, ["server shutting down", "server shutting down"]);
});

test("who comes while the server drains is turned away in a way that lets it try again", async (t) => {
  const { io, enter } = await open(t);
  const first = enter();
  await heard(first, "connect");
  const second = enter();
  await heard(second, "connect");
  const closed = io.close({ drain: 200 });
  await Promise.race([heard(first, "disconnect"), heard(second, "disconnect")]);
  const late = enter();
  const [error] = await heard(late, "connect_error");
  assert.match(String(error), /websocket error/);
  assert.equal(late.active, true, "it would try again");
  await closed;
});

test("a promised close is over when nobody listens any more, without a callback too", async (t) => {
  const { io, http } = await open(t);
  await io.close();
  assert.equal(http.listening, false);
});

test("closing twice waits for the first, and calls back both times", async (t) => {
  const { io, enter } = await open(t);
  await heard(enter(), "connect");
  const calls: unknown[] = [];
  await Promise.all([io.close({ drain: 10 }), io.close((error) => calls.push(error)), io.close()]);
  assert.deepEqual(calls, [undefined]);
});

test("a namespace that was made for a client that went meanwhile is not kept", async (t) => {
  const { io, enter } = await open(t, { cleanupEmptyChildNamespaces: true });
  let allow = (): void => {};
  const asked = new Promise<void>((resolve) => {
    io.of((_name, _auth, next) => {
      allow = () => next(null, true);
      resolve();
    });
  });
  const client = enter("/dynamic");
  await asked;
  client.io.engine.close();
  const gone = new Promise<void>((resolve) => {
    const look = (): void => (io.stats().sessions === 0 ? resolve() : void setImmediate(look));
    look();
  });
  await gone;
  allow();
  assert.equal(io.stats().namespaces, 1);
});

test("a client that a middleware disconnects may ask again", async (t) => {
  const { io, enter } = await open(t);
  let isFirst = true;
  io.use((socket, next) => {
    if (isFirst) socket.disconnect();
    isFirst = false;
    next();
  });
  const client = enter();
  await heard(client, "disconnect");
  client.connect();
  await heard(client, "connect");
});

test("what was emitted before disconnect(true) arrives, also behind a history", async (t) => {
  const { io, enter } = await open(t, { history: {} });
  io.on("connection", (socket) => {
    socket.emit("bye");
    socket.disconnect(true);
  });
  const client = enter();
  const [, [reason]] = await Promise.all([heard(client, "bye"), heard(client, "disconnect")]);
  assert.equal(reason, "io server disconnect");
});

test("a buffer may be used again at once, on a transport that sends later too", async (t) => {
  const { io, enter } = await open(t);
  const bytes = Buffer.from("good");
  io.on("connection", (socket) => {
    socket.on("ask", (ack: (answer: Buffer) => void) => {
      socket.emit("told", bytes);
      ack(bytes);
      bytes.fill("X");
    });
  });
  const client = enter("/", { transports: ["polling"] });
  const told = heard(client, "told");
  assert.deepEqual(await client.emitWithAck("ask"), Buffer.from("good"));
  assert.deepEqual(await told, [Buffer.from("good")]);
});

test("what a middleware emits and nobody can write is reported, and the client is in", async (t) => {
  const { io, enter } = await open(t);
  const errors: unknown[] = [];
  io.on("error", (error) => errors.push(error));
  io.use((socket, next) => {
    socket.emit("odd", Buffer.from("x"), { _placeholder: true, num: 0 });
    socket.emit("fine");
    next();
  });
  const entered = heard(io, "connection");
  const client = enter();
  await Promise.all([heard(client, "fine"), entered]);
  assert.equal(errors.length, 1);
});

test("the acks of a parent's children are gathered; without children there are none", async (t) => {
  const { io, enter } = await open(t);
  const parent = io.of(/^\/room-/);
  assert.deepEqual(await parent.timeout(1_000).emitWithAck("who"), []);
  for (const name of ["/room-a", "/room-b"]) {
    const client = enter(name);
    client.on("who", (ack: (name: string) => void) => ack(name));
    await heard(client, "connect");
  }
  const answers: unknown[] = await parent.timeout(5_000).emitWithAck("who");
  assert.deepEqual(answers.toSorted(), ["/room-a", "/room-b"]);
});

test("a client whose principal has changed starts anew, with nothing of the other's", async (t) => {
  const { io, enter } = await open(t, {
    connectionStateRecovery: {},
    authenticate: ({ auth }) => String(auth.user),
  });
  const seen: unknown[] = [];
  io.on("connection", (socket) => {
    seen.push([socket.principal, socket.recovered, socket.data.secret]);
    socket.data.secret = socket.principal;
  });
  const client = enter("/", { auth: { user: "ada" } } as Partial<ManagerOptions>);
  await heard(client, "connect");
  const left = heard(client, "disconnect");
  client.io.engine.close();
  await left;
  client.auth = { user: "eve" };
  client.connect();
  await heard(client, "connect");
  assert.deepEqual(seen, [
    ["ada", false, undefined],
    ["eve", false, undefined],
  ]);
  assert.equal(client.recovered, false);
});

test("what a client sends to a namespace that has just put it out costs it no other namespace", async (t) => {
  const { io, enter } = await open(t);
  io.of("/a").on("connection", (socket: Socket) => socket.on("kick", () => socket.disconnect()));
  io.on("connection", (socket) => socket.on("ask", (ack: (answer: string) => void) => ack("here")));
  const main = enter();
  const other = main.io.socket("/a");
  await Promise.all([heard(main, "connect"), heard(other, "connect")]);
  const out = heard(other, "disconnect");
  other.emit("kick");
  other.emit("under way");
  assert.equal((await out)[0], "io server disconnect");
  assert.equal(await main.emitWithAck("ask"), "here");
});
