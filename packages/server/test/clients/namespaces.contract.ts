/** Namespaces: several on one connection, refused, unknown, and made when they are asked for. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Namespace, Socket } from "socket.io";
import { type Client, type ClientKind, everyKind, heard, newerKinds, v2 } from "./client-kind.ts";
import { connected, type OpenServer, openHouse, type Pair, patience } from "./house.ts";

/** One more namespace on the connection of a client. */
async function alsoEnter(namespace: Namespace, name: string, { client }: Pair): Promise<Pair> {
  const arriving = new Promise<Socket>((resolve) => namespace.once("connection", resolve));
  const other = client.io.socket(name);
  if (!other.connected) await connected(other);
  return { client: other, socket: await arriving };
}

/** What a client that is not let in is told: version 2 hears the data alone, or the message, as the event `error`. */
async function refusal(client: Client, { major }: ClientKind): Promise<unknown> {
  if (major === 2) return withoutObject((await heard(client, "error"))[0]);
  const [error] = await heard(client, "connect_error");
  assert.ok(error instanceof Error);
  return "data" in error && error.data !== undefined ? { message: error.message, data: error.data } : error.message;
}

/** Servers of version 2 said a message as a text, socket.io 4 says it in an object where it refuses by itself. */
function withoutObject(told: unknown): unknown {
  return typeof told === "object" && told !== null && "message" in told ? told.message : told;
}

class Refusal extends Error {
  readonly data = { code: 7, why: ["é"] };
}

export function namespacesContract(server: string, open: OpenServer): void {
  for (const kind of everyKind) {
    const subject = `${server}, ${kind.name}`;

    test(`${subject}: several share one connection and nothing else`, patience, async (t) => {
      const { io, enter } = await openHouse(t, open);
      const main = await enter(kind);
      const [a, b] = [await alsoEnter(io.of("/a"), "/a", main), await alsoEnter(io.of("b"), "/b", main)];
      assert.equal(io.engine.clientsCount, 1);
      assert.equal(a.socket.conn, main.socket.conn);
      assert.deepEqual([a.socket.id, b.socket.id], [a.client.id, b.client.id]);
      assert.equal(new Set([a.socket.id, b.socket.id, main.socket.id]).size, 3);
      if (kind.major === 2) assert.equal(a.socket.id, `/a#${main.socket.id}`);
      assert.deepEqual(
        [main, a, b].map(({ socket }) => socket.nsp.name),
        ["/", "/a", "/b"],
      );

      const said: string[] = [];
      for (const { client, socket } of [main, a, b]) client.on("said", () => said.push(socket.nsp.name));
      io.of("/a").emit("said", Buffer.from("x"));
      io.emit("said");
      b.socket.emit("said");
      const marked = [main, a, b].map(({ client }) => heard(client, "mark"));
      for (const { socket } of [main, a, b]) socket.emit("mark");
      await Promise.all(marked);
      assert.deepEqual(said.toSorted(), ["/", "/a", "/b"]);

      const asked = heard(a.socket, "asked");
      a.client.emit("asked", { file: Buffer.from("y") });
      assert.deepEqual(await asked, [{ file: Buffer.from("y") }]);
    });

    test(`${subject}: leaving one leaves the others alone`, patience, async (t) => {
      const { io, enter } = await openHouse(t, open);
      const main = await enter(kind);
      const [a, b] = [await alsoEnter(io.of("/a"), "/a", main), await alsoEnter(io.of("/b"), "/b", main)];
      const leaving = heard(a.socket, "disconnect");
      a.client.disconnect();
      assert.equal((await leaving)[0], "client namespace disconnect");
      const sentAway = heard(b.client, "disconnect");
      b.socket.disconnect();
      assert.equal((await sentAway)[0], "io server disconnect");
      assert.deepEqual([io.of("/a").sockets.size, io.of("/b").sockets.size], [0, 0]);
      const still = heard(main.socket, "still");
      main.client.emit("still", "here");
      assert.deepEqual(await still, ["here"]);
    });

    test(`${subject}: a middleware refuses with a message and data`, patience, async (t) => {
      const { io, call, enter } = await openHouse(t, open);
      const closed = io.of("/closed").use((_socket, next) => next(new Refusal("not you")));
      io.of("/silent").use((_socket, next) => next(new Error("not even you")));
      closed.on("connection", () => assert.fail("nobody is let in"));
      const { data } = new Refusal();
      const expected = kind.major === 2 ? [data, "not even you"] : [{ message: "not you", data }, "not even you"];
      assert.deepEqual(await refusal(call(kind, {}, "/closed"), kind), expected[0]);
      assert.deepEqual(await refusal(call(kind, {}, "/silent"), kind), expected[1]);
      const main = await enter(kind);
      assert.deepEqual(await refusal(main.client.io.socket("/closed"), kind), expected[0]);
      assert.equal(main.client.connected, true);
      assert.equal(closed.sockets.size, 0);
    });

    test(`${subject}: middlewares pass it on in their order, and may be late`, patience, async (t) => {
      const { io, enter } = await openHouse(t, open);
      const passed: string[] = [];
      const namespace = io.of("/guarded");
      namespace.use((socket, next) => {
        socket.data.user = "ann";
        passed.push("first");
        setImmediate(next);
      });
      namespace.use((socket, next) => {
        passed.push(`second for ${socket.data.user}`);
        next();
      });
      namespace.on("connection", () => passed.push("connection"));
      const { socket } = await enter(kind, {}, "/guarded");
      assert.deepEqual(passed, ["first", "second for ann", "connection"]);
      assert.equal(socket.data.user, "ann");
    });

    test(`${subject}: a namespace that nobody made is unknown`, patience, async (t) => {
      const { call, enter } = await openHouse(t, open);
      assert.deepEqual(await refusal(call(kind, {}, "/nowhere"), kind), "Invalid namespace");
      const main = await enter(kind);
      for (const name of ["/__proto__", "/constructor", "/a&b=c"]) {
        assert.deepEqual(await refusal(main.client.io.socket(name), kind), "Invalid namespace", name);
      }
      assert.equal(main.client.connected, true);
    });

    test(`${subject}: a pattern makes namespaces when they are asked for`, patience, async (t) => {
      const { io, enter } = await openHouse(t, open, { cleanupEmptyChildNamespaces: true });
      const made: string[] = [];
      io.on("new_namespace", ({ name }) => made.push(name));
      const pattern = io.of(/^\/floor-\d+$/);
      pattern.use((socket, next) => {
        socket.data.floor = socket.nsp.name;
        next();
      });
      const main = await enter(kind);
      const first = await alsoEnter(pattern, "/floor-1", main);
      const second = await alsoEnter(pattern, "/floor-2", main);
      assert.deepEqual([first.socket.data.floor, second.socket.data.floor], ["/floor-1", "/floor-2"]);
      assert.equal(io.of("/floor-1"), first.socket.nsp);
      const arrived = [heard(first.client, "all"), heard(second.client, "all")];
      pattern.emit("all", "floors");
      assert.deepEqual(await Promise.all(arrived), [["floors"], ["floors"]]);
      const gone = heard(second.socket, "disconnect");
      second.client.disconnect();
      await gone;
      await alsoEnter(pattern, "/floor-2", await enter(kind));
      assert.deepEqual(made, ["/floor-1", "/floor-2", "/floor-2"]);
    });

    test(`${subject}: a function decides which namespaces there are`, patience, async (t) => {
      const { io, call, enter } = await openHouse(t, open);
      const asked: string[] = [];
      const parent = io.of((path, _auth, decide) => {
        asked.push(path);
        setImmediate(decide, null, path.startsWith("/room/"));
      });
      const name = kind.major === 2 ? "/room/1" : "/room/é"; // version 2 takes it for a URL
      const { socket } = await alsoEnter(parent, name, await enter(kind));
      assert.equal(socket.nsp.name, name);
      assert.deepEqual(await refusal(call(kind, {}, "/hall"), kind), "Invalid namespace");
      assert.deepEqual(asked, [name, "/hall"]);
    });
  }

  for (const kind of newerKinds) {
    test(
      `${server}, ${kind.name}: each namespace has its own auth, and only its own middlewares`,
      patience,
      async (t) => {
        const { io, enter } = await openHouse(t, open);
        io.use((_socket, next) => next(new Error("the main one is closed")));
        io.of("/a").use(({ handshake }, next) => next(handshake.auth.key === 1 ? undefined : new Error("no key")));
        const { socket } = await enter(kind, { auth: { key: 1 } }, "/a");
        assert.deepEqual(socket.handshake.auth, { key: 1 });
        assert.equal(io.sockets.sockets.size, 0);
      },
    );

    test(`${server}, ${kind.name}: who is refused may try again`, patience, async (t) => {
      const { io, call } = await openHouse(t, open);
      let tries = 0;
      io.use((_socket, next) => next(++tries === 1 ? new Error("not yet") : undefined));
      const client = call(kind);
      assert.deepEqual(await refusal(client, kind), "not yet");
      client.connect();
      await connected(client);
      assert.equal(tries, 2);
    });
  }

  for (const kind of v2) {
    test(`${server}, ${kind.name}: a namespace's query is its auth`, patience, async (t) => {
      const { io, enter } = await openHouse(t, open);
      const entering = new Promise<Socket>((resolve) => io.of("/a").once("connection", resolve));
      const { client } = await enter(kind);
      client.io.socket("/a", { query: { seat: 7, name: "é" } });
      const socket = await entering;
      assert.equal(socket.nsp.name, "/a");
      assert.deepEqual({ ...socket.handshake.auth }, { seat: "7", name: "é" });
    });

    test(`${server}, ${kind.name}: it passes the main namespace first`, patience, async (t) => {
      const { io, call } = await openHouse(t, open);
      io.use((_socket, next) => next(new Refusal("closed")));
      const main = call(kind);
      assert.deepEqual(await refusal(main, kind), new Refusal().data);
      io.of("/a");
      const client = call(kind, {}, "/a");
      await connected(client);
      assert.equal(io.sockets.sockets.size, 0);
    });
  }
}
