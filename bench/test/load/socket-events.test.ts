import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { Server, Socket } from "socket.io";
import { EchoLoad } from "../../src/load/echo-load.ts";
import { FanOutLoad } from "../../src/load/fan-out-load.ts";
import { HandshakeLoad } from "../../src/load/handshake-load.ts";
import type { Messages } from "../../src/load/messages.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";
import { acknowledgedEvents, binaryEvents, textEvents } from "../../src/load/socket-events.ts";
import { socketEntry } from "../../src/load/socket-greeting.ts";
import { startSocketIo } from "./socket-io-server.ts";

type Answer = (data: unknown) => void;

const echo = (socket: Socket): void => {
  socket.on("echo", (data: unknown) => socket.emit("echo", data));
};
const acknowledge = (socket: Socket): void => {
  socket.on("echo", (data: unknown, answer: Answer) => answer(data));
};

const kinds: [name: string, messages: Messages, connection: (socket: Socket) => void][] = [
  ["texts", textEvents("echo", 64), echo],
  ["acks", acknowledgedEvents("echo", 64), acknowledge],
  ["bytes", binaryEvents("echo", 64), echo],
  ["bytes of 126", binaryEvents("echo", 126), echo],
];
for (const [name, messages, connection] of kinds) {
  test(`Socket.IO takes and answers our events with ${name}, and every one is counted once`, async (t) => {
    const { target } = await startSocketIo(t, connection);
    const load = new EchoLoad(target, { messages, depth: 8 });
    t.after(() => load.close());
    await load.open(3);
    for (const count of [10, 1_000]) assert.equal((await load.exchange(count)).length, count);
  });
}

/** Calls `conduct` with the number of each event of a socket. */
function counting(conduct: (socket: Socket, data: unknown, count: number) => void): (socket: Socket) => void {
  return (socket) => {
    let count = 0;
    socket.on("echo", (data: unknown) => conduct(socket, data, count++));
  };
}
const silentAt = (lost: number) =>
  counting((socket, data, count) => (count === lost ? undefined : socket.emit("echo", data)));

const lies: [name: string, messages: Messages, connection: (socket: Socket) => void, reason: RegExp][] = [
  ["loses an event", textEvents("echo", 64), silentAt(5), /of reply 5/],
  ["loses the last event", textEvents("echo", 64), silentAt(24), /silent after 48 of 50/],
  ["loses bytes", binaryEvents("echo", 64), silentAt(5), /of reply 5/],
  [
    "changes the text",
    textEvents("echo", 64),
    counting((socket, data) => socket.emit("echo", `${data}!`)),
    /of reply 0/,
  ],
  [
    "changes one byte",
    binaryEvents("echo", 64),
    counting((socket, data) => socket.emit("echo", Buffer.isBuffer(data) && data.fill(0, 63))),
    /of reply 0/,
  ],
  [
    "answers with another event",
    textEvents("echo", 64),
    counting((socket, data) => socket.emit("ohce", data)),
    /of reply 0/,
  ],
  [
    "answers twice",
    textEvents("echo", 64),
    counting((socket, data) => void [socket.emit("echo", data), socket.emit("echo", data)]),
    /of reply 1/,
  ],
  [
    "swaps two events",
    textEvents("echo", 64),
    (socket) => {
      const kept: unknown[] = [];
      socket.on("echo", (data: unknown) => {
        if (kept.push(data) === 2) for (const each of kept.splice(0).reverse()) socket.emit("echo", each);
      });
    },
    /of reply 0/,
  ],
  [
    "acks with nothing",
    acknowledgedEvents("echo", 64),
    (socket) => socket.on("echo", (_, answer: () => void) => answer()),
    /of reply 0/,
  ],
  ["puts the client out", textEvents("echo", 64), counting((socket) => socket.disconnect(true)), /of reply 0|hung up/],
];
for (const [name, messages, connection, reason] of lies) {
  test(`a server that ${name} is disqualified`, async (t) => {
    const { target } = await startSocketIo(t, connection);
    const load = new EchoLoad(target, { messages, depth: 4, patience: 500 });
    t.after(() => load.close());
    await load.open(2);
    await assert.rejects(load.exchange(50), (error) => error instanceof Disqualified && reason.test(error.message));
  });
}

test("every socket of a room gets every event", async (t) => {
  const { target } = await startSocketIo(t, (socket, io) => {
    socket.join("room");
    socket.on("message", (text: unknown) => io.to("room").emit("message", text));
  });
  const load = new FanOutLoad(target, { messages: textEvents("message", 64), burst: 16 });
  t.after(() => load.close());
  await load.open(5);
  assert.equal((await load.exchange(160)).length, 160);
});

test("a server that lets nobody in is disqualified", async (t) => {
  const { target, io } = await startSocketIo(t, echo);
  io.use((_, next) => next(new Error("nobody")));
  const load = new EchoLoad(target, { messages: textEvents("echo", 64), depth: 1 });
  await assert.rejects(load.open(1), (error) => error instanceof Disqualified && /nobody/.test(error.message));
});

test("each client of a storm was connected to the namespace, and has left", async (t) => {
  const { target, io } = await startSocketIo(t, echo);
  const sockets: Socket[] = [];
  io.on("connection", (socket) => sockets.push(socket));
  const load = new HandshakeLoad(target, { depth: 5, entry: socketEntry });
  assert.equal((await load.exchange(20)).length, 20);
  assert.equal(sockets.length, 20);
  await untilEmpty(io, sockets);
  assert.equal(io.sockets.sockets.size, 0);
});

/** The client has seen the end of the connection; the server may hear of it a moment later. */
async function untilEmpty(io: Server, sockets: readonly Socket[]): Promise<void> {
  await Promise.all(sockets.filter(({ connected }) => connected).map((socket) => once(socket, "disconnect")));
  assert.equal(io.engine.clientsCount, 0);
}
