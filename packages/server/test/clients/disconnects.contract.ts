/** How a socket ends: who ended it, what each side is told, and that nothing of it is left. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Socket } from "socket.io";
import { type Client, everyKind, heard, upgraded } from "./client-kind.ts";
import { type House, listening, type OpenServer, openHouse, patience } from "./house.ts";

interface Ending {
  readonly house: House;
  readonly client: Client;
  readonly socket: Socket;
}

type Reasons = readonly [client: string | RegExp, server: string];

const sentAway: Reasons = ["io server disconnect", "server namespace disconnect"];

/** What ends it, and the reason that each side hears. */
const endings: readonly [name: string, end: (ending: Ending) => unknown, reasons: Reasons][] = [
  [
    "the client disconnects",
    ({ client }) => client.disconnect(),
    ["io client disconnect", "client namespace disconnect"],
  ],
  ["the client closes its session", ({ client }) => client.io.engine.close(), ["forced close", "transport close"]],
  ["the server disconnects it", ({ socket }) => socket.disconnect(), sentAway],
  ["the server closes its connection", ({ socket }) => socket.disconnect(true), sentAway],
  ["the server disconnects all", ({ house }) => house.io.disconnectSockets(), sentAway],
  ["the server disconnects a room", ({ house, socket }) => house.io.in(socket.id).disconnectSockets(true), sentAway],
  ["the server closes its session", ({ socket }) => socket.conn.close(), ["transport close", "forced close"]],
  ["the server closes", ({ house }) => house.io.close(), [/^transport (close|error)$/, "server shutting down"]],
];

export function disconnectsContract(server: string, open: OpenServer): void {
  for (const kind of everyKind) {
    const subject = `${server}, ${kind.name}`;

    for (const [name, end, [clientHears, serverHears]] of endings) {
      test(`${subject}: ${name}, and both sides know`, patience, async (t) => {
        const house = await openHouse(t, open);
        const { client, socket } = await house.enter(kind);
        await upgraded(client, kind);
        await socket.join("a room");
        const rooms = new Promise((resolve) => socket.on("disconnecting", () => resolve([...socket.rooms])));
        const told = [heard(client, "disconnect"), heard(socket, "disconnect")];
        end({ house, client, socket });
        const [[clientReason] = [], [serverReason] = []] = await Promise.all(told);
        if (typeof clientHears === "string") assert.equal(clientReason, clientHears);
        else assert.match(String(clientReason), clientHears);
        assert.equal(serverReason, serverHears);
        assert.deepEqual(await rooms, [socket.id, "a room"]);
        assert.deepEqual([client.connected, socket.connected, socket.disconnected], [false, false, true]);
        assert.equal(socket.rooms.size, 0);
        assert.equal(house.io.sockets.sockets.size, 0);
        assert.equal(house.io.sockets.adapter.rooms.size, 0);
      });
    }

    test(`${subject}: what was sent before the end arrives before it`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { client, socket } = await house.enter(kind);
      const heardThere: unknown[] = [];
      client.on("last", (...args: unknown[]) => heardThere.push(...args));
      const ended = heard(client, "disconnect");
      for (let n = 0; n < 20; n++) socket.emit("last", n);
      socket.emit("last", Buffer.from("words"));
      house.io.emit("last", "to all");
      socket.disconnect(true);
      socket.emit("last", "too late");
      await ended;
      assert.deepEqual(heardThere, [...Array.from({ length: 20 }, (_, n) => n), Buffer.from("words"), "to all"]);
    });

    test(`${subject}: what the client sent before its end arrives before it`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const heardThere: unknown[] = [];
      socket.on("last", (...args: unknown[]) => heardThere.push(...args));
      const ended = heard(socket, "disconnect");
      for (let n = 0; n < 20; n++) client.emit("last", n);
      client.disconnect();
      await ended;
      assert.deepEqual(heardThere, [...heardThere.keys()]); // socket.io drops those that its listeners have not heard yet
    });

    test(`${subject}: the network is cut, and both sides know`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { client, socket } = await house.enter(kind);
      await upgraded(client, kind);
      await listening(socket);
      const told = [heard(client, "disconnect"), heard(socket, "disconnect")];
      house.cut();
      const [[clientReason] = [], [serverReason] = []] = await Promise.all(told);
      const expected = kind.last === "websocket" ? "transport close" : "transport error";
      assert.deepEqual([clientReason, serverReason], [expected, expected]);
    });

    test(`${subject}: an end in the connection handler is an end`, patience, async (t) => {
      const house = await openHouse(t, open);
      house.io.on("connection", (socket) => {
        socket.emit("go away", 1);
        socket.disconnect(true);
      });
      const client = house.call(kind);
      const told = [heard(client, "go away"), heard(client, "disconnect")];
      const [[word] = [], [reason] = []] = await Promise.all(told);
      assert.deepEqual([word, reason], [1, "io server disconnect"]);
    });
  }
}
