/** The playground's rooms: what a chat message may be, who hears it, and when prices come. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, type AppErrorCode } from "../src/errors.ts";
import { authorizePlayground, openPlayground, type RoomMember } from "../src/playground.ts";
import type { Price } from "../src/stock-market.ts";

type Emitted = readonly [room: string, name: string, ...args: unknown[]];

/** A server that only writes down, and a clock that is moved by hand. */
function playground() {
  const emitted: Emitted[] = [];
  const timers: { readonly ms: number; readonly callback: () => void; isStopped: boolean }[] = [];
  let connect = (_member: RoomMember): void => assert.fail("nobody listens for connections");
  const io = {
    on: (_event: "connection", listener: (member: RoomMember) => void) => {
      connect = listener;
    },
    to: (room: string) => ({ emit: (name: string, ...args: unknown[]) => emitted.push([room, name, ...args]) }),
  };
  const stop = openPlayground(io, {
    random: () => 0.5,
    now: () => 1_000,
    every: (ms, callback) => {
      const timer = { ms, callback, isStopped: false };
      timers.push(timer);
      return () => {
        timer.isStopped = true;
      };
    },
  });
  return { emitted, timers, stop, connect: (member: RoomMember) => connect(member) };
}

/** A client: what it is told, and how it speaks. */
function client({ connect }: ReturnType<typeof playground>, wire = "websocket") {
  const told: unknown[][] = [];
  const joined: string[] = [];
  const listeners = new Map<string, (...args: unknown[]) => void>();
  connect({
    wire,
    join: (rooms) => joined.push(...rooms),
    emit: (...event) => told.push(event),
    on: (name, listener) => listeners.set(name, listener),
  });
  return { told, joined, chat: (...args: unknown[]) => listeners.get("chat")?.(...args) };
}

test("a chat message goes to the whole room, its sender included", () => {
  const rooms = playground();
  client(rooms).chat("hello");
  assert.deepEqual(rooms.emitted, [["chat", "chat", "hello"]]);
});

test("who asks for an ack is told ok, after the message has been relayed", () => {
  const rooms = playground();
  const answers: unknown[] = [];
  client(rooms).chat("hello", (answer: unknown) => answers.push(answer, rooms.emitted.length));
  assert.deepEqual(answers, ["ok", 1]);
});

test("a message of 2000 characters is relayed", () => {
  const rooms = playground();
  client(rooms).chat("x".repeat(2_000));
  assert.equal(rooms.emitted.length, 1);
});

const refused: readonly [name: string, code: AppErrorCode, args: readonly unknown[]][] = [
  ["no argument", "chat-text", []],
  ["two arguments", "chat-text", ["a", "b"]],
  ["a number", "chat-text", [7]],
  ["null", "chat-text", [null]],
  ["a list", "chat-text", [["a"]]],
  ["an object with toString", "chat-text", [{ toString: () => "a" }]],
  ["an empty string", "chat-text", [""]],
  ["a string of blanks", "chat-text", [" \t\n\u00a0"]],
  ["2001 characters", "chat-length", ["x".repeat(2_001)]],
];

for (const [name, code, args] of refused) {
  for (const ack of [[], [() => assert.fail("it was acked")]]) {
    test(`${name} is refused with ${code}, ${ack.length === 0 ? "without" : "with"} an ack`, () => {
      const rooms = playground();
      const { chat } = client(rooms);
      assert.throws(
        () => chat(...args, ...ack),
        (error) => error instanceof AppError && error.code === code,
      );
      assert.deepEqual(rooms.emitted, []);
    });
  }
}

test("who connects is told when it has caught up, alone", () => {
  const rooms = playground();
  assert.deepEqual(client(rooms).told, [["caught-up", { time: 1_000 }]]);
  assert.deepEqual(rooms.emitted, []);
});

test("a Socket.IO client is put into both rooms, others ask for theirs", () => {
  assert.deepEqual(client(playground(), "socket.io").joined, ["chat", "stocks"]);
  assert.deepEqual(client(playground(), "eventsource").joined, []);
});

test("each of six symbols gets a price a second", () => {
  const rooms = playground();
  const [timer] = rooms.timers;
  assert.ok(timer !== undefined);
  assert.equal(timer.ms, 1_000 / 6);
  for (let tick = 0; tick < 6; tick++) timer.callback();
  assert.deepEqual(new Set(rooms.emitted.map(([room, name]) => `${room} ${name}`)), new Set(["stocks price"]));
  assert.equal(new Set(rooms.emitted.map(([, , price]) => (price as Price).symbol)).size, 6);
});

test("the ticker stops when it is told to", () => {
  const rooms = playground();
  rooms.stop();
  assert.deepEqual(
    rooms.timers.map(({ isStopped }) => isStopped),
    [true],
  );
});

const granted: readonly [asked: string[], granted: string[]][] = [
  [["chat"], ["chat"]],
  [
    ["stocks", "chat"],
    ["stocks", "chat"],
  ],
  [["chat", "admin"], ["chat"]],
  [["admin"], []],
  [["__proto__", "constructor", "Chat", ""], []],
];

for (const [asked, rooms] of granted) {
  test(`of ${JSON.stringify(asked)}, anonymous clients are granted ${JSON.stringify(rooms)}`, () => {
    // The rule looks at no socket: it is for everyone.
    assert.deepEqual(authorizePlayground(undefined as never, asked, { since: undefined }), rooms);
  });
}
