/** The Manager: its settings, its events and what it opens and closes. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { patience, useHouse, Visit } from "./house.ts";
import { diary, heard, heardError, type Library, type Manager } from "./library.ts";
import { nobody, refusingUrl, silentUrl } from "./no-server.ts";
import { everyServer } from "./server-kind.ts";

type Setting =
  | "reconnection"
  | "reconnectionAttempts"
  | "reconnectionDelay"
  | "reconnectionDelayMax"
  | "randomizationFactor"
  | "timeout";

const settings: readonly [name: Setting, standard: unknown, other: number | boolean][] = [
  ["reconnection", true, false],
  ["reconnectionAttempts", Number.POSITIVE_INFINITY, 3],
  ["reconnectionDelay", 1_000, 10],
  ["reconnectionDelayMax", 5_000, 20],
  ["randomizationFactor", 0.5, 0],
  ["timeout", 20_000, false],
];

/** The method of that name: a getter without arguments, else a setter. */
function setting(manager: Manager, name: Setting, ...values: unknown[]): unknown {
  const method: unknown = Reflect.get(manager, name);
  assert.ok(typeof method === "function");
  return Reflect.apply(method, manager, values);
}

function settingsContract({ Manager }: Library): void {
  for (const [name, standard, other] of settings) {
    test(`${name}: read, set and given as an option`, () => {
      const manager = new Manager("http://a.test", { autoConnect: false });
      assert.equal(setting(manager, name), standard);
      assert.equal(setting(manager, name, other), manager);
      assert.equal(setting(manager, name), other);
      assert.equal(setting(new Manager("http://a.test", { autoConnect: false, [name]: other }), name), other);
    });
  }

  test("opts are those that were given, and the path", () => {
    const manager = new Manager("http://a.test", { autoConnect: false, query: { a: "b" }, upgrade: false });
    assert.equal(manager.opts.path, "/socket.io");
    assert.equal(manager.opts.upgrade, false);
    assert.deepEqual(manager.opts.query, { a: "b" });
    assert.equal(new Manager({ autoConnect: false, path: "/x" }).opts.path, "/x");
  });
}

function failureContract(library: Library): void {
  test("open() says in its callback why it failed, and does not try again", patience, async (t) => {
    const manager = new Visit(t, library, nobody).manager({ autoConnect: false }, await refusingUrl());
    const events = diary({ manager: [manager, ["error", "reconnect_attempt", "open", "close"]] });
    const error = await new Promise((resolve) => assert.equal(manager.open(resolve), manager));
    assert.ok(error instanceof Error);
    assert.equal(manager._readyState, "closed");
    assert.deepEqual(events, ["manager error"]);
  });

  test("a server that never answers is given up after the timeout", patience, async (t) => {
    const url = await silentUrl(t);
    for (const transports of [["polling"], ["websocket"]]) {
      const visit = new Visit(t, library, nobody);
      const socket = visit.call(url, { timeout: 20, reconnection: false, transports });
      const [managerError, socketError] = await Promise.all([
        heardError(socket.io, "error"),
        heardError(socket, "connect_error"),
      ]);
      assert.equal(managerError.message, "timeout");
      assert.equal(socketError, managerError);
      assert.equal(socket.io._readyState, "closed");
    }
  });

  test("a refused connection: connect_error and error, and no close", patience, async (t) => {
    const socket = new Visit(t, library, nobody).call(await refusingUrl(), { reconnection: false });
    const events = diary({
      manager: [socket.io, ["open", "error", "close", "reconnect_attempt", "reconnect_failed"]],
      socket: [socket, ["connect", "connect_error", "disconnect"]],
    });
    const error = await heardError(socket, "connect_error");
    assert.equal(error.message, "websocket error");
    assert.equal(error.type, "TransportError");
    assert.deepEqual(events, ["socket connect_error", "manager error"]);
    assert.deepEqual([socket.active, socket.connected], [true, false]);
  });
}

export function managerContract(library: Library): void {
  settingsContract(library);
  failureContract(library);

  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind, { pingInterval: 50 });

      test("open() opens once, and calls back", patience, async (t) => {
        const manager = new Visit(t, library, house).manager({ autoConnect: false });
        assert.equal(Reflect.get(manager, "engine"), undefined);
        const events = diary({ manager: [manager, ["open", "error", "close"]] });
        const opened = new Promise((resolve) => manager.open(resolve));
        assert.equal(manager._readyState, "opening");
        const { engine } = manager;
        assert.equal(manager.open(), manager);
        assert.equal(manager.connect(), manager);
        assert.equal(await opened, undefined);
        assert.equal(manager.engine, engine);
        assert.equal(manager._readyState, "open");
        assert.equal(engine.readyState, "open");
        assert.deepEqual(events, ["manager open"]);
      });

      test("without a socket it stays open, until it is closed", patience, async (t) => {
        const manager = new Visit(t, library, house).manager();
        await heard(manager, "open");
        const closed = heard(manager, "close");
        manager._close();
        assert.equal((await closed)[0], "forced close");
        assert.equal(manager._readyState, "closed");
        assert.equal(manager.engine.readyState, "closed");
      });

      test("its sockets connect when it opens", patience, async (t) => {
        const visit = new Visit(t, library, house);
        const manager = visit.manager({ autoConnect: false });
        const one = manager.socket(house.namespace());
        assert.equal(one.active, false);
        one.connect();
        assert.equal(one.active, true);
        const events = diary({ manager: [manager, ["open"]], socket: [one, ["connect"]] });
        await heard(one, "connect");
        assert.deepEqual(events, ["manager open", "socket connect"]);
        const two = manager.socket(house.namespace()).connect();
        await heard(two, "connect");
        assert.notEqual(one.id, two.id);
        assert.equal(events.length, 2);
      });

      test("packets are told as they come", patience, async (t) => {
        const { client, socket, namespace } = await new Visit(t, library, house).meet();
        const packet = heard(client.io, "packet");
        socket.emit("news", 1, { two: 2 });
        const [{ type, nsp, data }] = (await packet) as [{ type: number; nsp: string; data: unknown }];
        assert.deepEqual({ type, nsp, data }, { type: 2, nsp: namespace, data: ["news", 1, { two: 2 }] });
      });

      test("the server's pings are told", patience, async (t) => {
        const { client } = await new Visit(t, library, house).meet();
        assert.deepEqual(await heard(client.io, "ping"), []);
        assert.equal(client.connected, true);
      });

      test("the last socket to leave closes the connection, the others do not", patience, async (t) => {
        const { client: one } = await new Visit(t, library, house).meet();
        const two = one.io.socket(house.namespace());
        await heard(two, "connect");
        const events = diary({ manager: [one.io, ["close"]], two: [two, ["disconnect"]] }, String);
        one.disconnect();
        assert.deepEqual([one.connected, two.connected, one.io._readyState], [false, true, "open"]);
        assert.deepEqual(events, []);
        const asked = heard(two.io.engine, "close");
        two.disconnect();
        await asked;
        assert.deepEqual(events, ["manager close forced close", "two disconnect io client disconnect"]);
      });

      test("asked again for a socket that has left, it connects it", patience, async (t) => {
        const { client, namespace } = await new Visit(t, library, house).meet();
        client.disconnect();
        assert.equal(client.io.socket(namespace), client);
        assert.equal(client.active, true);
        await heard(client, "connect");
      });

      test("without autoConnect it connects no socket by itself", patience, async (t) => {
        const manager = new Visit(t, library, house).manager({ autoConnect: false });
        const namespace = house.namespace();
        const socket = manager.socket(namespace).connect();
        await heard(socket, "connect");
        socket.disconnect();
        assert.equal(manager.socket(namespace).active, false);
      });

      test("closed while it opens, it says so, and dials no more", patience, async (t) => {
        const socket = new Visit(t, library, house).call(house.namespace());
        const events = diary(
          { manager: [socket.io, ["open", "error", "close"]], socket: [socket, ["connect", "connect_error"]] },
          (reason) => String(reason),
        );
        socket.io._close();
        assert.deepEqual(events, ["manager close forced close"]);
        assert.equal(socket.io._readyState, "closed");
        const other = await new Visit(t, library, house).meet();
        await heard(other.client.io, "ping");
        assert.deepEqual(events, ["manager close forced close"]);
      });

      test("each connection has an engine of its own", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const { engine } = client.io;
        const back = heard(client, "connect");
        socket.conn.close();
        await back;
        assert.notEqual(client.io.engine, engine);
        assert.equal(engine.readyState, "closed");
      });

      test("engine.close() ends the connection, and it comes back", patience, async (t) => {
        const { client } = await new Visit(t, library, house).meet();
        const events = diary({ manager: [client.io, ["close", "reconnect_attempt", "reconnect"]] }, String);
        const gone = heard(client, "disconnect");
        const back = heard(client, "connect");
        client.io.engine.close();
        assert.equal((await gone)[0], "forced close");
        await back;
        assert.deepEqual(events, ["manager close forced close", "manager reconnect_attempt 1", "manager reconnect 1"]);
      });
    });
  }
}
