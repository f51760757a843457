/** Socket.IO's client on the page: what it comes with, what it tells its panel, and how it leaves. */

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import type { ConnectionHandler, Ticket } from "../../../playground/wires/connection.ts";
import { type LibraryPacket, SocketIoConnection } from "../../../playground/wires/socket-io.ts";

const none: Ticket = { session: undefined, since: undefined, cursor: undefined };

/** A client that only writes down what is asked of it, and says what the test says. */
function open(ticket: Ticket = none) {
  const calls: string[] = [];
  const asked: unknown[] = [];
  const engine = Object.assign(new EventEmitter(), { close: () => calls.push("close") });
  const acks: { resolve(answer: unknown): void; reject(error: Error): void }[] = [];
  let hear = (_name: string, ..._args: unknown[]): void => {};
  const socket = Object.assign(new EventEmitter(), {
    io: { engine },
    onAny: (listener: typeof hear) => {
      hear = listener;
    },
    timeout: () => ({
      emitWithAck: (...event: unknown[]) => {
        asked.push(event);
        return new Promise((resolve, reject) => acks.push({ resolve, reject }));
      },
    }),
  });
  const handler: ConnectionHandler = {
    opened: ({ session, socket, recovered }) => calls.push(`opened ${session} ${socket} ${recovered}`),
    continued: () => assert.fail("Socket.IO says hello each time"),
    caughtUp: () => assert.fail("the server says so"),
    queued: () => assert.fail("a WebSocket waits for no permit"),
    received: ({ name, args, id }) => calls.push(`${name} ${JSON.stringify(args)} ${id}`),
    lost: (why) => calls.push(`lost: ${why}`),
    traced: (direction, text) => calls.push(`${direction}: ${text.split("\n")[0]}`),
  };
  const platform = {
    endpoint: new URL("http://server.test/anywire"),
    io: (url: string, options: Readonly<Record<string, unknown>>) => {
      asked.push(url, options.auth);
      return socket;
    },
  } as unknown as ConstructorParameters<typeof SocketIoConnection>[0]; // it touches nothing else of the platform
  const connection = new SocketIoConnection(platform, ticket, handler);
  calls.length = 0;
  const come = (packet: LibraryPacket): unknown => engine.emit("packet", packet);
  return {
    connection,
    calls,
    asked,
    acks,
    socket,
    engine,
    come,
    hear: (...event: [string, ...unknown[]]) => hear(...event),
  };
}

const connect = (pid: string): LibraryPacket => ({ type: "message", data: `0{"sid":"x","pid":"${pid}"}` });

test("it asks the server's origin, with the session and the last id that the panel has", () => {
  const { asked } = open({ session: "s", since: "m-2", cursor: undefined });
  assert.deepEqual(asked, ["http://server.test", { pid: "s", offset: "m-2" }]);
});

const hellos: readonly [name: string, session: string | undefined, call: string][] = [
  ["a first visit", undefined, "opened s x false"],
  ["the same session again", "s", "opened s x true"],
  ["another session", "old", "opened s x false"],
];

for (const [name, session, call] of hellos) {
  test(`the server's CONNECT opens the panel: ${name}`, () => {
    const { calls, come } = open({ ...none, session });
    come(connect("s"));
    assert.equal(calls.at(-1), call);
  });
}

test("packets are traced as they travel, both ways", () => {
  const { calls, come, engine } = open();
  come({ type: "open", data: "{}" });
  come({ type: "ping" });
  engine.emit("packetCreate", { type: "message", data: "0" });
  come({ type: "message", data: new Uint8Array(1) });
  assert.deepEqual(calls, ["in: 0{}", "in: 2", "out: 40", "in: 4(binary)"]);
});

test("an event's last argument is its id", () => {
  const { calls, hear } = open();
  hear("chat", "hi", "m-7");
  assert.deepEqual(calls, ['chat ["hi"] m-7']);
});

test("a message is sent with an ack, which may come, or not", async () => {
  const { connection, asked, acks } = open();
  const outcomes = [connection.send("one"), connection.send("two")];
  assert.deepEqual(asked.slice(2), [
    ["chat", "one"],
    ["chat", "two"],
  ]);
  acks[0]?.resolve("ok");
  acks[1]?.reject(new Error("operation has timed out"));
  assert.deepEqual(await Promise.all(outcomes), [
    { ok: true, answer: "ok" },
    { ok: false, code: "timeout", message: "no ack came" },
  ]);
});

test("a cut ends it without a word, and nothing is told any more", async () => {
  const { connection, calls, come, hear, socket } = open();
  const outcome = connection.send("one");
  connection.cut();
  hear("chat", "late", "m-8");
  come(connect("s"));
  socket.emit("disconnect", "transport close");
  assert.deepEqual(calls, ["close"]);
  assert.deepEqual(await outcome, { ok: false, code: "cut", message: "the connection ended before the ack came" });
});

for (const [event, why, told] of [
  ["disconnect", "transport close", "transport close"],
  ["connect_error", new Error("websocket error"), "websocket error"],
] as const) {
  test(`${event} is a loss, once`, () => {
    const { calls, socket } = open();
    socket.emit(event, why);
    socket.emit("disconnect", "transport close");
    assert.deepEqual(calls, [`note: ${told}`, `lost: ${told}`]);
  });
}
