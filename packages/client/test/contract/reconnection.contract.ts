/** Coming back: when, how often, with which events, and when no more. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Socket } from "socket.io";
import { patience, useHouse, Visit } from "./house.ts";
import { type ClientSocket, diary, heard, type Library } from "./library.ts";
import { nobody, refusingUrl } from "./no-server.ts";
import { everyServer } from "./server-kind.ts";

const managerEvents = [
  "open",
  "error",
  "close",
  "reconnect_attempt",
  "reconnect_error",
  "reconnect_failed",
  "reconnect",
];

/** Errors by their names, since their texts belong to the platform. */
const brief = (value?: unknown): string => (value instanceof Error ? "" : value === undefined ? "" : String(value));

function failureContract(library: Library): void {
  test("it tries as often as it is told, and says that it gives up", patience, async (t) => {
    const socket = new Visit(t, library, nobody).call(await refusingUrl(), { reconnectionAttempts: 2 });
    const events = diary({ manager: [socket.io, managerEvents], socket: [socket, ["connect_error"]] }, brief);
    await heard(socket.io, "reconnect_failed");
    await new Promise(setImmediate);
    assert.deepEqual(events, [
      "socket connect_error",
      "manager error",
      "manager reconnect_attempt 1",
      "socket connect_error",
      "manager error",
      "manager reconnect_error",
      "manager reconnect_attempt 2",
      "socket connect_error",
      "manager error",
      "manager reconnect_failed",
      "manager reconnect_error",
    ]);
    assert.equal(socket.io._readyState, "closed");
  });

  test("after it has given up, connect() begins anew", patience, async (t) => {
    const socket = new Visit(t, library, nobody).call(await refusingUrl(), { reconnectionAttempts: 1 });
    await heard(socket.io, "reconnect_failed");
    await new Promise(setImmediate);
    const events = diary({ manager: [socket.io, ["reconnect_attempt"]] }, brief);
    socket.connect();
    await heard(socket.io, "reconnect_failed");
    assert.deepEqual(events, ["manager reconnect_attempt 1"]);
  });

  const ends: readonly [name: string, end: (socket: ClientSocket) => unknown][] = [
    ["its socket is disconnected", (socket) => socket.disconnect()],
    ["its manager is closed", (socket) => socket.io._close()],
    ["reconnection is turned off", (socket) => socket.io.reconnection(false)],
  ];
  for (const [name, end] of ends) {
    test(`it stops waiting when ${name}`, patience, async (t) => {
      t.mock.timers.enable({ apis: ["setTimeout"] });
      const socket = new Visit(t, library, nobody).call(await refusingUrl());
      await heard(socket.io, "error");
      end(socket);
      const events = diary({ manager: [socket.io, managerEvents] });
      t.mock.timers.tick(100_000);
      await new Promise(setImmediate);
      t.mock.timers.tick(100_000);
      assert.deepEqual(events, []);
    });

    test(`it does not dial when ${name} as it is about to`, patience, async (t) => {
      const socket = new Visit(t, library, nobody).call(await refusingUrl());
      await heard(socket.io, "reconnect_attempt");
      const seen: unknown[] = [];
      await new Promise<void>((resolve) =>
        socket.io.once("reconnect_attempt", () => {
          const { engine } = socket.io;
          end(socket);
          setImmediate(() => {
            seen.push(socket.io.engine === engine);
            resolve();
          });
        }),
      );
      assert.deepEqual(seen, [true]);
    });
  }

  test("connect() does not dial while it waits to try again", patience, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const socket = new Visit(t, library, nobody).call(await refusingUrl());
    await heard(socket.io, "error");
    const { engine } = socket.io;
    socket.connect();
    assert.equal(socket.io.engine, engine);
    const error = heard(socket.io, "error");
    t.mock.timers.tick(1);
    await error;
    assert.notEqual(socket.io.engine, engine);
  });

  test("without reconnection it does not try again", patience, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const socket = new Visit(t, library, nobody).call(await refusingUrl(), { reconnection: false });
    await heard(socket.io, "error");
    const events = diary({ manager: [socket.io, managerEvents] });
    t.mock.timers.tick(100_000);
    assert.deepEqual(events, []);
  });

  test("one that stops does not stop another", patience, async (t) => {
    const visit = new Visit(t, library, nobody);
    const url = await refusingUrl();
    const [one, two] = [visit.call(url), visit.call(url)];
    await Promise.all([heard(one.io, "reconnect_attempt"), heard(two.io, "reconnect_attempt")]);
    one.disconnect();
    const events = diary({ one: [one.io, managerEvents] });
    await heard(two.io, "reconnect_attempt");
    await heard(two.io, "reconnect_attempt");
    assert.deepEqual(events, []);
  });

  test("one namespace that leaves lets the connection come back for the other", patience, async (t) => {
    const one = new Visit(t, library, nobody).call(`${await refusingUrl()}/one`);
    const two = one.io.socket("/two");
    await heard(two, "connect_error");
    const events = diary({ one: [one, ["connect_error"]] });
    one.disconnect();
    await heard(two, "connect_error");
    await heard(two, "connect_error");
    assert.deepEqual(events, []);
  });
}

export function reconnectionContract(library: Library): void {
  failureContract(library);

  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      let refusals = 0;
      const house = useHouse(kind, { allowRequest: (_request, decide) => decide(null, --refusals < 0) });

      test("its events, in order, when it comes back at the third try", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const events = diary(
          { manager: [client.io, managerEvents], socket: [client, ["connect", "connect_error", "disconnect"]] },
          brief,
        );
        refusals = 2;
        const back = heard(client, "connect");
        socket.conn.close();
        await back;
        assert.deepEqual(events, [
          "socket disconnect transport close",
          "manager close transport close",
          ...[1, 2].flatMap((n) => [
            `manager reconnect_attempt ${n}`,
            "socket connect_error",
            "manager error",
            "manager reconnect_error",
          ]),
          "manager reconnect_attempt 3",
          "manager open",
          "manager reconnect 3",
          "socket connect",
        ]);
      });

      test("its options may be changed between tries", patience, async (t) => {
        refusals = 1;
        const namespace = house.namespace();
        const arrival = new Promise<Socket>((resolve) => house.io.of(namespace).once("connection", resolve));
        const client = new Visit(t, library, house).call(namespace, { query: { n: "0" } });
        client.on("connect_error", () => {
          client.io.opts.transports = ["polling"];
        });
        client.io.on("reconnect_attempt", (attempt) => {
          client.io.opts.query = { n: String(attempt) };
          client.io.opts.extraHeaders = { "x-try": String(attempt) };
        });
        await heard(client, "connect");
        const { query, headers } = (await arrival).handshake;
        assert.deepEqual([query.transport, query.n, headers["x-try"]], ["polling", "1", "1"]);
      });

      test("its count begins anew each time", patience, async (t) => {
        const visit = new Visit(t, library, house);
        const sockets: Socket[] = [];
        const client = visit.call(house.namespace((socket) => sockets.push(socket)));
        await heard(client, "connect");
        const attempts: unknown[] = [];
        for (let n = 0; n < 3; n++) {
          refusals = n;
          const back = [heard(client.io, "reconnect"), heard(client, "connect")];
          sockets.at(-1)?.conn.close();
          attempts.push((await Promise.all(back))[0]);
        }
        assert.deepEqual(attempts, [[1], [2], [3]]);
      });

      test("a client that was not let in comes in by itself", patience, async (t) => {
        refusals = 3;
        const client = new Visit(t, library, house).call(house.namespace());
        const attempt = heard(client.io, "reconnect");
        await heard(client, "connect");
        assert.deepEqual(await attempt, [3]);
        assert.equal(client.recovered ?? false, false);
      });

      test(
        "after it has left by itself it comes back only when it is told to, and then by itself again",
        patience,
        async (t) => {
          const visit = new Visit(t, library, house);
          const sockets: Socket[] = [];
          const client = visit.call(house.namespace((socket) => sockets.push(socket)));
          await heard(client, "connect");
          const events = diary({ manager: [client.io, ["reconnect_attempt"]] });
          client.disconnect();
          await visit.meet(); // time enough for a reconnection
          assert.deepEqual(events, []);
          client.connect();
          await heard(client, "connect");
          assert.deepEqual(events, []);
          const back = heard(client, "connect");
          sockets.at(-1)?.conn.close();
          await back;
          assert.equal(events.length, 1);
        },
      );

      test("after the server has sent it away it comes back only when it is told to", patience, async (t) => {
        const visit = new Visit(t, library, house);
        const { client, socket } = await visit.meet();
        const { id } = client;
        const events = diary({ manager: [client.io, ["reconnect_attempt"]] });
        const gone = heard(client, "disconnect");
        socket.disconnect();
        assert.deepEqual((await gone)[0], "io server disconnect");
        assert.deepEqual([client.active, client.connected, client.id], [false, false, undefined]);
        await visit.meet();
        assert.deepEqual(events, []);
        client.connect();
        await heard(client, "connect");
        assert.notEqual(client.id, id);
      });

      test("reconnection can be turned off while it is connected", patience, async (t) => {
        const visit = new Visit(t, library, house);
        const { client, socket } = await visit.meet();
        client.io.reconnection(false);
        const events = diary({ manager: [client.io, ["reconnect_attempt"]] });
        const gone = heard(client, "disconnect");
        socket.conn.close();
        await gone;
        await visit.meet();
        assert.deepEqual(events, []);
      });

      for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
        test(`a client whose network is cut comes back over ${transports.join(" and ")}`, patience, async (t) => {
          const { client, socket } = await new Visit(t, library, house).meet({ transports });
          while (!socket.conn.transport.writable) await new Promise(setImmediate);
          const back = heard(client, "connect");
          const gone = heard(client, "disconnect");
          house.cut();
          assert.match(String((await gone)[0]), /^transport (close|error)$/);
          await back;
          assert.equal(client.connected, true);
        });
      }

      test("all namespaces of a connection come back", patience, async (t) => {
        const { client: one, socket } = await new Visit(t, library, house).meet();
        const two = one.io.socket(house.namespace());
        await heard(two, "connect");
        const gone = [heard(one, "disconnect"), heard(two, "disconnect")];
        const back = [heard(one, "connect"), heard(two, "connect")];
        socket.conn.close();
        await Promise.all([...gone, ...back]);
        assert.deepEqual([one.connected, two.connected], [true, true]);
      });
    });
  }
}
