/** What the notes list of socket.io: its methods, its options, its rules, each shown with clients of v2 and v4. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import type * as peer from "socket.io";
import { App } from "../install/app.ts";
import { samples } from "./sample.ts";

const tarballs = process.env.ANYWIRE_TARBALLS;
if (tarballs === undefined)
  throw new Error("ANYWIRE_TARBALLS is not set: run `npm run check`, which packs the packages first");

const require = createRequire(import.meta.url);
const timeout = 20_000;
let app: App;
before(() => {
  app = new App(tarballs);
});
after(() => app.remove());

/** What the notes use that socket.io of today has no types for. */
type Served = peer.Server & { clients(done: (error: null, ids: string[]) => void): void };
type Listed = peer.Socket & { broadcast: { send(text: string): void } };
type Options = Partial<peer.ServerOptions> & { readonly origins?: string };

/** By its path: the tests run with a condition that takes the sources. */
function serve(httpServer: HttpServer, options: Options = {}): Served {
  return require(join(app.folder, "node_modules/@anywire/server/dist/index.cjs"))(httpServer, options);
}

async function open(context: TestContext, options: Options = {}): Promise<{ io: Served; url: string }> {
  const httpServer = createServer((_request, response) => void response.end("own"));
  const io = serve(httpServer, { allowEIO3: true, ...options });
  await once(httpServer.listen(0, "127.0.0.1"), "listening");
  context.after(() => io.close());
  return { io, url: `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}` };
}

/** What the clients of v2 and v4 have alike. */
interface Client {
  readonly id: string;
  readonly io: { readonly engine: { readonly transport: { readonly name: string } } };
  on(event: string, listener: (...args: unknown[]) => void): void;
  emit(event: string, ...args: unknown[]): void;
  send(...args: unknown[]): void;
  close(): void;
}

const versions = { v4: "socket.io-client", v2: "socket.io-client-2" } as const;

for (const [version, name] of Object.entries(versions)) {
  const visit = async (context: TestContext, url: string, options: object = {}): Promise<Guest> => {
    const guest = new Guest(new (require(name))(url, { forceNew: true, ...options }));
    context.after(() => guest.socket.close());
    await guest.heard("connect");
    return guest;
  };

  /** Three clients, and the sockets of them. */
  const three = async (context: TestContext, { io, url }: { io: Served; url: string }) => {
    const guests: Guest[] = [];
    const sockets: Listed[] = [];
    for (let i = 0; i < 3; i++) {
      const connected = once(io, "connection");
      guests.push(await visit(context, url));
      sockets.push((await connected)[0]);
    }
    return { guests, sockets };
  };

  test(`${version}: every method of the list`, { timeout }, async (context) => {
    const { io, url } = await open(context);
    const list = readFileSync(join(samples, "socket-io-api.md"), "utf8");
    const { guests, sockets } = await three(context, { io, url });
    const [socket] = sockets as [Listed, Listed, Listed];
    for (const [method] of list.matchAll(/(?:socket|io)(?:\.\w+)+/g))
      assert.equal(
        typeof method
          .split(".")
          .slice(1)
          .reduce((target: unknown, key) => Reflect.get(Object(target), key), method.startsWith("io") ? io : socket),
        "function",
        method,
      );
    socket.emit("one", 1);
    socket.send("two");
    socket.broadcast.emit("three", 3);
    socket.broadcast.send("four");
    for (const each of sockets.slice(0, 2)) void each.join("room");
    socket.to("room").emit("five", 5);
    Reflect.apply(Reflect.get(socket.to("room"), "send"), socket.to("room"), ["six"]);
    void sockets[1]?.leave("room");
    socket.to("room").emit("seven", 7);
    io.emit("end");
    const heard: unknown[] = [];
    for (const guest of guests) heard.push(await guest.until("end"));
    assert.deepEqual(heard, [
      [
        ["one", 1],
        ["message", "two"],
      ],
      [
        ["three", 3],
        ["message", "four"],
        ["five", 5],
        ["message", "six"],
      ],
      [
        ["three", 3],
        ["message", "four"],
      ],
    ]);
    const said: unknown[] = [];
    const end = new Promise<void>((resolve) => socket.on("end", () => resolve()));
    socket.on("message", (text) => said.push(text));
    socket.on("named", (text) => said.push(text));
    guests[0]?.socket.send("seven");
    guests[0]?.socket.emit("named", "eight");
    guests[0]?.socket.emit("end");
    await end;
    assert.deepEqual(said, ["seven", "eight"]);
    const connected = once(io.of("/命名空间"), "connection");
    await visit(context, `${url}/命名空间`);
    await connected;
  });

  test(`${version}: every emit of the list`, { timeout }, async (context) => {
    const { io, url } = await open(context);
    const { guests, sockets } = await three(context, { io, url });
    const [one, two] = sockets as [Listed, Listed, Listed];
    one.emit("to", "itself");
    one.broadcast.emit("to", "the others");
    io.sockets.emit("to", "all");
    io.to(two.id).emit("to", "the second");
    io.emit("end");
    const heard: unknown[] = [];
    for (const guest of guests) heard.push((await guest.until("end")).map(([, whom]) => whom));
    assert.deepEqual(heard, [
      ["itself", "all"],
      ["the others", "all", "the second"],
      ["the others", "all"],
    ]);
    const ids = await new Promise<string[]>((resolve) => io.clients((_error, ids) => resolve(ids)));
    assert.deepEqual(
      ids,
      sockets.map(({ id }) => id),
    );
    assert.deepEqual(
      guests.map(({ socket }) => socket.id),
      ids,
    );
  });

  test(`${version}: the paths of both must be the same, and the client is at the server's`, {
    timeout,
  }, async (context) => {
    const { url } = await open(context, { path: "/rt" });
    await visit(context, url, { path: "/rt" });
    assert.equal(
      (await fetch(`${url}/rt/socket.io.js`)).headers.get("content-type")?.split(";")[0],
      "application/javascript",
    );
    assert.equal(await (await fetch(`${url}/socket.io/socket.io.js`)).text(), "own");
    const lost = new Guest(new (require(name))(url, { forceNew: true, reconnection: false }));
    context.after(() => lost.socket.close());
    await lost.heard("connect_error");
  });

  test(`${version}: serveClient: false serves no client, pingInterval and pingTimeout are told`, {
    timeout,
  }, async (context) => {
    const { url } = await open(context, {
      serveClient: false,
      pingInterval: 10_000,
      pingTimeout: 5_000,
      path: "/socket.io",
    });
    assert.notEqual((await fetch(`${url}/socket.io/socket.io.js`)).status, 200);
    const opening = await (await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).text();
    const { pingInterval, pingTimeout } = JSON.parse(opening.slice(1));
    assert.deepEqual([pingInterval, pingTimeout], [10_000, 5_000]);
    await visit(context, url);
  });

  test(`${version}: who is silent for pingTimeout is put out`, { timeout }, async (context) => {
    const { io, url } = await open(context, { pingInterval: 200, pingTimeout: 200 });
    const gone = new Promise((resolve) => io.on("connection", (socket) => socket.on("disconnect", resolve)));
    const guest = await visit(context, url, { transports: ["websocket"] });
    const { engine } = guest.socket.io;
    for (const send of ["sendPacket", "_sendPacket"]) Reflect.set(engine, send, () => {}); // no ping, no pong
    Reflect.set(engine, "pingTimeout", timeout); // v2 clients wait for the pong too, and would be gone as soon as they are put out
    assert.equal(await gone, "ping timeout");
  });

  test(`${version}: origins are let in, all or those named`, { timeout }, async (context) => {
    for (const [origins, allowed] of [
      ["*", "*"],
      ["http://a.example:80", "http://a.example"],
    ] as const) {
      const { url } = await open(context, { origins });
      const { headers } = await fetch(`${url}/socket.io/?EIO=3&transport=polling`, {
        headers: { Origin: "http://a.example" },
      });
      assert.ok([allowed, "http://a.example"].includes(headers.get("access-control-allow-origin") ?? ""), origins);
    }
  });

  test(`${version}: transports decide whether HTTP comes first`, { timeout }, async (context) => {
    const { io, url } = await open(context);
    const seen: string[] = [];
    io.engine.on("initial_headers", (_headers: object, { _query: query }: { _query: { transport: string } }) =>
      seen.push(query.transport),
    );
    const direct = await visit(context, url, { transports: ["websocket"] });
    assert.equal(direct.socket.io.engine.transport.name, "websocket");
    const connected = once(io, "connection");
    await visit(context, url);
    const [socket] = await connected;
    if (socket.conn.transport.name === "polling") await once(socket.conn, "upgrade");
    assert.equal(socket.conn.transport.name, "websocket");
    assert.deepEqual(seen, ["websocket", "polling"]);
  });

  test(`${version}: a client notices that the server closes, and comes back to the next one`, {
    timeout,
  }, async (context) => {
    const first = await open(context);
    const guest = await visit(context, first.url, { reconnectionDelay: 10, reconnectionDelayMax: 20 });
    await first.io.close();
    await guest.heard("disconnect");
    const httpServer = createServer();
    const io = serve(httpServer, { allowEIO3: true });
    context.after(() => io.close());
    const connected = once(io, "connection");
    await once(httpServer.listen(Number(new URL(first.url).port), "127.0.0.1"), "listening");
    await connected;
  });
}

/** A client that keeps what it hears. */
class Guest {
  readonly socket: Client;
  private readonly events: unknown[][] = [];
  private changed: () => void = () => {};

  constructor(socket: Client) {
    this.socket = socket;
    for (const name of [
      "connect",
      "disconnect",
      "connect_error",
      "end",
      "message",
      "to",
      "one",
      "three",
      "five",
      "seven",
    ])
      socket.on(name, (...args) => {
        this.events.push([name, ...args]);
        this.changed();
      });
  }

  /** @returns the events before that one, without those of the connection */
  async until(name: string): Promise<unknown[][]> {
    await this.heard(name);
    return this.events.filter(([each]) => each !== name && each !== "connect");
  }

  async heard(name: string): Promise<void> {
    while (!this.events.some(([each]) => each === name)) await new Promise<void>((resolve) => (this.changed = resolve));
  }
}
