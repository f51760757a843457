import assert from "node:assert/strict";
import { test } from "node:test";
import type { Socket } from "socket.io";
import { PollingLoad } from "../../src/load/polling-load.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";
import { eventPacket } from "../../src/load/socket-events.ts";
import { startSocketIo } from "./socket-io-server.ts";

const packets = ["one", "two", "three"].map((text) => eventPacket("echo", text));

test("Socket.IO answers every event of clients that poll, and every one is counted once", async (t) => {
  const transports = new Set<string>();
  const { target } = await startSocketIo(t, (socket) => {
    transports.add(socket.conn.transport.name);
    socket.on("echo", (data: unknown) => socket.emit("echo", data));
  });
  const load = new PollingLoad(target, { packets });
  t.after(() => load.close());
  await load.open(3);
  for (const count of [2, 50]) assert.equal((await load.exchange(count)).length, count);
  assert.deepEqual([...transports], ["polling"]);
});

const lies: [name: string, conduct: (socket: Socket, data: unknown, count: number) => unknown, reason: RegExp][] = [
  ["changes a text", (socket, data) => socket.emit("echo", `${data}!`), /reply 0 is not what was sent/],
  [
    "answers two for one",
    (socket, data) => [socket.emit("echo", data), socket.emit("echo", data)],
    /reply [01] is not/,
  ],
  ["loses an event", (socket, data, count) => count === 2 || socket.emit("echo", data), /silent after 4 of 20/],
  ["hangs up", (socket) => socket.request.socket.destroy(), /hung up/],
];
for (const [name, conduct, reason] of lies) {
  test(`a server that ${name} is disqualified`, async (t) => {
    const { target } = await startSocketIo(t, (socket) => {
      let count = 0;
      socket.on("echo", (data: unknown) => conduct(socket, data, count++));
    });
    const load = new PollingLoad(target, { packets, patience: 500 });
    t.after(() => load.close());
    await load.open(2);
    await assert.rejects(load.exchange(20), (error) => error instanceof Disqualified && reason.test(error.message));
  });
}

test("a server that lets nobody in is disqualified", async (t) => {
  const { target, io } = await startSocketIo(t, () => {});
  io.use((_, next) => next(new Error("nobody")));
  await assert.rejects(
    new PollingLoad(target, { packets }).open(1),
    (error) => error instanceof Disqualified && /nobody/.test(error.message),
  );
});
