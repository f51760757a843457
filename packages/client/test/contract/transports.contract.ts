/** Transports: chosen, tried one after another, upgraded, of one's own; and the engine that has them. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { patience, useHouse, Visit } from "./house.ts";
import { type ClientOptions, type ClientSocket, diary, heard, heardError, type Library } from "./library.ts";
import { everyServer } from "./server-kind.ts";

const bytes = Buffer.from([1, 2, 255]);
const require = createRequire(import.meta.url);
const msgpack = require("socket.io-msgpack-parser");

/** Comes to its last transport. */
async function upgraded({ io: { engine } }: ClientSocket): Promise<void> {
  if (engine.transport.name !== "websocket") await heard(engine, "upgrade");
}

const chosen: readonly [name: string, options: ClientOptions, first: string, last: string][] = [
  ["polling alone", { transports: ["polling"] }, "polling", "polling"],
  ["websocket alone", { transports: ["websocket"] }, "websocket", "websocket"],
  ["both", { transports: ["polling", "websocket"] }, "polling", "websocket"],
  ["both, websocket first", { transports: ["websocket", "polling"] }, "websocket", "websocket"],
  ["both, without an upgrade", { transports: ["polling", "websocket"], upgrade: false }, "polling", "polling"],
];

function ownTransports(
  library: Library,
): [name: string, transports: NonNullable<ClientOptions["transports"]>, last: string][] {
  const { Fetch, NodeXHR, NodeWebSocket } = library;
  class Quiet extends NodeWebSocket {}
  return [
    ["NodeXHR", [NodeXHR], "polling"],
    ["Fetch", [Fetch], "polling"],
    ["NodeWebSocket", [NodeWebSocket], "websocket"],
    ["NodeXHR and NodeWebSocket", [NodeXHR, NodeWebSocket], "websocket"],
    ["Fetch and NodeWebSocket", [Fetch, NodeWebSocket], "websocket"],
    ["a class of one's own", [Quiet], "websocket"],
  ];
}

export function transportsContract(library: Library): void {
  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind);

      for (const [name, options, first, last] of chosen) {
        test(name, patience, async (t) => {
          const client = new Visit(t, library, house).call(
            house.namespace((socket) => socket.on("ask", (value, answer) => answer(value))),
            options,
          );
          assert.equal(client.io.engine.transport.name, first);
          await heard(client, "connect");
          if (last === "websocket") await upgraded(client);
          assert.equal(client.io.engine.transport.name, last);
          assert.deepEqual(await client.emitWithAck("ask", bytes), bytes);
        });
      }

      test("polling is tried first, then websocket, if nothing is said", patience, async (t) => {
        const { client } = await new Visit(t, library, house).meet({
          transports: ["polling", "websocket", "webtransport"],
        });
        await upgraded(client);
        assert.equal(client.connected, true);
      });

      test("the events of an upgrade", patience, async (t) => {
        const { Manager } = library;
        const manager = new Manager(house.url, { transports: ["polling", "websocket"] });
        t.after(() => manager._close());
        const { engine } = manager;
        const nameOf = (transport: unknown): string => String(Reflect.get(Object(transport), "name") ?? "");
        const events = diary({ engine: [engine, ["open", "upgrading", "upgrade", "upgradeError", "close"]] }, nameOf);
        assert.equal(engine.readyState, "opening");
        await heard(engine, "upgrade");
        assert.deepEqual(events, ["engine open", "engine upgrading websocket", "engine upgrade websocket"]);
        assert.equal(engine.readyState, "open");
      });

      test("events in flight pass an upgrade in order", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet({ transports: ["polling", "websocket"] });
        const [up, down]: unknown[][] = [[], []];
        socket.on("n", (n) => up?.push(n));
        client.on("n", (n) => down?.push(n));
        const ends = [heard(socket, "end"), heard(client, "end")];
        let count = 0;
        const isUpgraded = upgraded(client).then(() => true);
        for (let more = 20; more > 0; count++) {
          client.emit("n", count);
          socket.emit("n", count);
          const done = await Promise.race([isUpgraded, new Promise((resolve) => setImmediate(resolve, false))]);
          if (done) more--;
        }
        client.emit("end");
        socket.emit("end");
        await Promise.all(ends);
        const expected = Array.from({ length: count }, (_, n) => n);
        assert.deepEqual([up, down], [expected, expected]);
      });

      for (const [name, transports, last] of ownTransports(library)) {
        test(`transport classes: ${name}`, patience, async (t) => {
          const namespace = house.namespace((socket) => socket.on("ask", (value, answer) => answer(value)));
          const client = new Visit(t, library, house).call(namespace, { transports });
          await heard(client, "connect");
          if (last === "websocket") await upgraded(client);
          assert.equal(client.io.engine.transport.name, last);
          assert.deepEqual(await client.emitWithAck("ask", { bytes, text: "漢字" }), { bytes, text: "漢字" });
        });
      }

      test("transport options reach the transport that they are for", patience, async (t) => {
        const { NodeWebSocket } = library;
        const seen: unknown[] = [];
        class Listening extends NodeWebSocket {
          constructor(options: { flavour: string }) {
            super(options);
            seen.push(options.flavour);
          }
        }
        const transportOptions = { websocket: { flavour: "sweet" }, polling: { flavour: "sour" } };
        await new Visit(t, library, house).meet({ transports: [Listening], transportOptions });
        assert.deepEqual(seen, ["sweet"]);
      });

      test("rememberUpgrade begins with websocket once it has worked", patience, async (t) => {
        const options = { transports: ["polling", "websocket"], rememberUpgrade: true, upgrade: false };
        const visit = new Visit(t, library, house);
        await visit.meet({ transports: ["polling"] });
        const { client: before } = await visit.meet(options);
        await visit.meet({ transports: ["websocket"] });
        const { client: after } = await visit.meet(options);
        const names = [before, after].map(({ io }) => io.engine.transport.name);
        assert.deepEqual(names, ["polling", "websocket"]);
      });

      test("the engine's fields", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet({ query: { a: "b" } });
        const { engine } = client.io;
        const { id, readyState, transport, writeBuffer } = engine;
        assert.equal(id, Reflect.get(socket.conn, "id"));
        assert.deepEqual(
          [readyState, transport.name, Boolean(Reflect.get(engine, "upgrading")), writeBuffer.length],
          ["open", "websocket", false, 0],
        );
        assert.equal(transport.query.a, "b");
        const closed = heard(engine, "close");
        client.disconnect();
        await closed;
        assert.deepEqual([engine.readyState, engine.id], ["closed", null]);
      });

      test("the engine's events", patience, async (t) => {
        const visit = new Visit(t, library, house);
        const client = visit.call(house.namespace((socket) => socket.emit("news", 1)));
        const { engine } = client.io;
        const lines = diary({ engine: [engine, ["handshake", "open", "data", "flush", "drain", "close"]] });
        const created = heard(engine, "packetCreate");
        const handshake = heard(engine, "handshake");
        const packet = heard(engine, "packet");
        await heard(client, "news");
        const [{ sid, pingInterval, upgrades }] = (await handshake) as [Record<string, unknown>];
        assert.deepEqual([typeof sid, pingInterval, upgrades], ["string", 25_000, []]);
        assert.equal(Reflect.get(Object((await packet)[0]), "type"), "open");
        assert.equal(Reflect.get(Object((await created)[0]), "type"), "message");
        const closed = heard(engine, "close");
        engine.close();
        assert.deepEqual((await closed)[0], "forced close");
        for (const event of ["handshake", "open", "data", "flush", "drain", "close"]) {
          assert.ok(lines.includes(`engine ${event}`), event);
        }
      });

      test("a message of one's own past Socket.IO: the engine carries it", patience, async (t) => {
        const { client, socket, namespace } = await new Visit(t, library, house).meet();
        const { engine } = client.io;
        const told = heard(socket, "raw");
        await new Promise<void>((resolve) => engine.write(`2${namespace},["raw",1]`, {}, resolve));
        assert.deepEqual(await told, [1]);
      });
    });

    describe(`at ${kind.name} without polling`, () => {
      const house = useHouse(kind, { transports: ["websocket"] });

      test("tryAllTransports: the next one is tried", patience, async (t) => {
        const options = { transports: ["polling", "websocket"], reconnection: false };
        const client = new Visit(t, library, house).call(house.namespace(), { ...options, tryAllTransports: true });
        const events = diary({ socket: [client, ["connect_error"]], manager: [client.io, ["error", "open"]] });
        await heard(client, "connect");
        assert.equal(client.io.engine.transport.name, "websocket");
        assert.deepEqual(events, ["manager open"]);
        const strict = new Visit(t, library, house).call(house.namespace(), options);
        await heardError(strict, "connect_error");
      });

      test("tryAllTransports: none works", patience, async (t) => {
        const options = { transports: ["polling", "polling"], reconnection: false, tryAllTransports: true };
        const client = new Visit(t, library, house).call(house.namespace(), options);
        const error = await heardError(client, "connect_error");
        assert.equal(error.type, "TransportError");
      });
    });

    describe(`at ${kind.name} without websocket`, () => {
      const house = useHouse(kind, { transports: ["polling"] });

      test("no upgrade is offered", patience, async (t) => {
        const { client } = await new Visit(t, library, house).meet({ transports: ["polling", "websocket"] });
        assert.equal(client.io.engine.transport.name, "polling");
      });
    });

    describe(`at ${kind.name} with msgpack`, () => {
      const house = useHouse(kind, { parser: msgpack });

      for (const transports of [["polling"], ["websocket"]]) {
        test(`another parser over ${transports}`, patience, async (t) => {
          const { client, socket } = await new Visit(t, library, house).meet({
            transports,
            parser: msgpack,
            auth: { a: 1 },
          });
          socket.on("ask", (value, answer) => answer(value));
          const value = { bytes, text: "漢字", list: [1, null, [bytes]], none: null };
          assert.deepEqual(await client.emitWithAck("ask", value), value);
          const down = heard(client, "down");
          socket.emit("down", value);
          assert.deepEqual(await down, [value]);
          assert.deepEqual(socket.handshake.auth, { a: 1 });
          const gone = heard(client, "disconnect");
          socket.disconnect();
          assert.equal((await gone)[0], "io server disconnect");
        });
      }
    });
  }
}
