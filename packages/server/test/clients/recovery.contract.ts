/** Connection state recovery with the client of version 4: after a break it hears what it missed, as the one it was. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Server, Socket } from "socket.io";
import { heard, heardTimes, type ModernClient, upgraded, v4 } from "./client-kind.ts";
import { connected, type OpenServer, openHouse, type Pair, patience } from "./house.ts";

const connectionStateRecovery = { maxDisconnectionDuration: 60_000, skipMiddlewares: true };

/** A first event, so that the client has something to go on from. */
async function greet({ client, socket }: Pair): Promise<void> {
  const greeted = heard(client, "hello");
  socket.emit("hello");
  await greeted;
}

/** The network breaks, and both sides know. */
async function breakOff({ client, socket }: Pair): Promise<void> {
  const told = [heard(client, "disconnect"), heard(socket, "disconnect")];
  socket.conn.close();
  await Promise.all(told);
}

async function comeBack(io: Server, client: ModernClient): Promise<Pair<ModernClient>> {
  const coming = new Promise<Socket>((resolve) => io.once("connection", resolve));
  client.connect();
  await connected(client);
  return { client, socket: await coming };
}

export function recoveryContract(server: string, open: OpenServer): void {
  for (const kind of v4) {
    const subject = `${server}, ${kind.name}`;

    test(`${subject}: what was missed is heard in order, as the socket that it was`, patience, async (t) => {
      const { io, enter } = await openHouse(t, open, { connectionStateRecovery });
      let admissions = 0;
      io.use((_socket, next) => {
        admissions++;
        next();
      });
      const { client, socket } = await enter(kind);
      assert.equal(client.recovered || socket.recovered, false);
      const { id } = socket;
      socket.join(["red", "blue"]);
      socket.data = { user: "ann", seats: [1, 2] };
      await greet({ client, socket });
      const missed = heardTimes(client, "missed", 103);
      for (let round = 0; round < 3; round++) {
        const current = io.sockets.sockets.get(client.id ?? "");
        assert.ok(current !== undefined);
        await upgraded(client, kind);
        await breakOff({ client, socket: current });
        if (round < 2) io.emit("missed", "all", round);
        else for (let n = 0; n < 100; n++) io.to(n % 2 === 0 ? "red" : "blue").emit("missed", n);
        if (round === 2) io.except("red").emit("missed", "not for red");
        if (round === 2) io.to("green").emit("missed", "not for green");
        if (round === 2) io.to(["red", "blue"]).emit("missed", { file: Buffer.from("bytes") });
        const back = await comeBack(io, client);
        assert.equal(client.recovered && back.socket.recovered, true);
        assert.deepEqual([client.id, back.socket.id], [id, id]);
        assert.deepEqual(back.socket.data, { user: "ann", seats: [1, 2] });
        assert.deepEqual(new Set(back.socket.rooms), new Set([id, "red", "blue"]));
      }
      const expected = [
        ["all", 0],
        ["all", 1],
        ...Array.from({ length: 100 }, (_, n) => [n]),
        [{ file: Buffer.from("bytes") }],
      ];
      assert.deepEqual(
        (await missed).map((args) => args.slice(0, 2).filter((value) => !isOffset(value))),
        expected,
      );
      assert.equal(admissions, 1);
    });

    test(`${subject}: a recovered socket hears and speaks as before`, patience, async (t) => {
      const { io, enter } = await openHouse(t, open, { connectionStateRecovery });
      const pair = await enter(kind);
      await greet(pair);
      await breakOff(pair);
      pair.client.emit("said while away", 1);
      const heardAgain = new Promise((resolve) =>
        io.once("connection", (socket) => socket.on("said while away", resolve)),
      );
      const { client, socket } = await comeBack(io, pair.client);
      assert.equal(await heardAgain, 1);
      const live = heard(client, "live");
      io.to(socket.id).emit("live", "again");
      assert.equal((await live)[0], "again");
      client.on("ask", (value: unknown, answer: (value: unknown) => void) => answer(value));
      assert.equal(await socket.emitWithAck("ask", "still there"), "still there");
    });

    test(`${subject}: volatile events and questions are not kept`, patience, async (t) => {
      const { io, enter } = await openHouse(t, open, { connectionStateRecovery });
      const { client, socket } = await enter(kind);
      const seen: unknown[] = [];
      client.onAny((event) => seen.push(event));
      socket.join("red");
      await greet({ client, socket });
      await breakOff({ client, socket });
      io.volatile.emit("volatile");
      io.to("red")
        .timeout(1)
        .emit("question", () => {});
      io.emit("kept");
      const kept = heard(client, "kept");
      await comeBack(io, client);
      await kept;
      assert.deepEqual(seen, ["hello", "kept"]);
    });

    test(`${subject}: middlewares may judge a recovery again`, patience, async (t) => {
      const strict = { ...connectionStateRecovery, skipMiddlewares: false };
      const { io, enter } = await openHouse(t, open, { connectionStateRecovery: strict });
      let admissions = 0;
      io.use((_socket, next) => next(++admissions > 2 ? new Error("no more") : undefined));
      const { client, socket } = await enter(kind);
      await greet({ client, socket });
      await breakOff({ client, socket });
      const back = await comeBack(io, client);
      assert.equal(back.socket.recovered, true);
      assert.equal(admissions, 2);
      await breakOff(back);
      client.connect();
      const [error] = await heard(client, "connect_error");
      assert.ok(error instanceof Error);
      assert.equal(error.message, "no more");
    });

    const farewells: readonly [name: string, leave: (pair: Pair) => unknown][] = [
      ["the client left", ({ client }) => client.disconnect()],
      ["the server sent it away", ({ socket }) => socket.disconnect()],
    ];
    for (const [name, leave] of farewells) {
      test(`${subject}: nothing is recovered when ${name}`, patience, async (t) => {
        const { io, enter } = await openHouse(t, open, { connectionStateRecovery });
        const { client, socket } = await enter(kind);
        const { id } = socket;
        socket.join("red");
        await greet({ client, socket });
        const told = [heard(client, "disconnect"), heard(socket, "disconnect")];
        leave({ client, socket });
        await Promise.all(told);
        const back = await comeBack(io, client);
        assert.equal(client.recovered || back.socket.recovered, false);
        assert.notEqual(back.socket.id, id);
        assert.deepEqual([...back.socket.rooms], [back.socket.id]);
      });
    }

    test(`${subject}: nothing is recovered where it is off`, patience, async (t) => {
      const { io, enter } = await openHouse(t, open);
      const pair = await enter(kind);
      await greet(pair);
      await breakOff(pair);
      const back = await comeBack(io, pair.client);
      assert.equal(pair.client.recovered || back.socket.recovered, false);
    });
  }
}

/** With recovery on, a listener is given the offset of each event too. */
function isOffset(value: unknown): boolean {
  return typeof value === "string" && value !== "all";
}
