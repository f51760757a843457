/** Events in both directions: whatever JSON can say arrives as it was sent, under any name, and in order. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { everyKind, heard, heardTimes } from "./client-kind.ts";
import { type OpenServer, openHouse, patience } from "./house.ts";

class Point {
  readonly x = 1;
  private readonly y = 2;
  get sum(): number {
    return this.x + this.y;
  }
}

class Money {
  toJSON(): unknown {
    return { cents: 5, at: new Date(0) };
  }
}

const sparse = Array.from({ length: 3 });
sparse[1] = "middle";

const deep = JSON.parse(`${'{"a":['.repeat(50)}1${"]}".repeat(50)}`);

/** What is sent, and what arrives where that is another thing. */
const cases: readonly [name: string, sent: readonly unknown[], arrives?: readonly unknown[]][] = [
  ["no argument", []],
  ["several arguments", [1, "two", true, false, [3], { four: 4 }]],
  ["null", [null]],
  ["undefined", [undefined, 1, { gone: undefined }, [undefined]], [null, 1, {}, [null]]],
  ["numbers", [0, -1, 1.5, 1e21, -1e-7, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE]],
  ["numbers that JSON has not", [Number.NaN, Number.POSITIVE_INFINITY, -0], [null, null, 0]],
  ["an empty text", [""]],
  ["texts that look like packets", ["42[]", "0", "451-[]", '"', "\\", "/chat,", "b", "4b", "\u001e", "1:2", "13["]],
  ["controls", ["\0\b\t\n\f\r\u001f\u007f\u0085\u2028\u2029\ufeff"]],
  ["unicode", ["é ü ñ 漢字 עברית ไทย", "e\u0301", "👩‍👩‍👧‍👦 🏳️‍🌈 𝒳 😀"]],
  ["escaped newlines", ["\\n", "\\\\n", "a\\\nb"]],
  ["nested objects", [deep, { a: { b: [{ c: [[], {}] }] } }]],
  [
    "keys of an object's own things",
    [JSON.parse('{"__proto__":{"x":1},"constructor":2,"toString":3,"hasOwnProperty":4}')],
  ],
  ["what looks like an attachment that is none", [{ _placeholder: false, num: 0 }, { num: 0 }, { $bytes: "AA==" }]],
  ["a Date", [new Date(86_400_000)], ["1970-01-02T00:00:00.000Z"]],
  [
    "instances of classes",
    [new Point(), new Money()],
    [
      { x: 1, y: 2 },
      { cents: 5, at: "1970-01-01T00:00:00.000Z" },
    ],
  ],
  ["a sparse array", [sparse], [[null, "middle", null]]],
  ["collections", [new Map([[1, 2]]), new Set([1])], [{}, {}]],
  ["a text of 300 KB", ["x".repeat(300_000)]],
  ["emoji of 300 KB, cut nowhere", [`-${"😀".repeat(75_000)}`]],
  ["a large object", [Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`key ${n} é`, [n, `${n}`]]))]],
];

const names = [
  "hello",
  "ünï ☃",
  "a,b",
  '["x"]',
  "",
  "/",
  "123",
  "__proto__",
  "constructor",
  "toString",
  "message",
  "😀",
];

const reserved = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

export function eventsContract(server: string, open: OpenServer): void {
  for (const kind of everyKind) {
    test(`${server}, ${kind.name}: whatever JSON can say arrives at the server`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      for (const [name, sent, arrives = sent] of cases) {
        const arrived = heard(socket, "case");
        client.emit("case", ...sent);
        assert.deepEqual(await arrived, arrives, name);
      }
    });

    test(`${server}, ${kind.name}: whatever JSON can say arrives at the client`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      for (const [name, sent, arrives = sent] of cases) {
        const arrived = heard(client, "case");
        socket.emit("case", ...sent);
        assert.deepEqual(await arrived, arrives, name);
      }
    });

    test(`${server}, ${kind.name}: an event has any name`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      for (const name of names) {
        const arrived = [heard(socket, name), heard(client, name)];
        client.emit(name, "up");
        socket.emit(name, "down");
        assert.deepEqual(await Promise.all(arrived), [["up"], ["down"]], name);
      }
    });

    test(`${server}, ${kind.name}: the server keeps the names of its own events to itself`, patience, async (t) => {
      const { socket } = await (await openHouse(t, open)).enter(kind);
      for (const name of reserved) {
        assert.throws(() => socket.emit(name), { message: `"${name}" is a reserved event name` });
      }
    });

    test(`${server}, ${kind.name}: send is an event named message`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const arrived = [heard(socket, "message"), heard(client, "message"), heard(client, "message")];
      client.send("up", 1);
      socket.send("down", 2);
      assert.deepEqual(await Promise.all(arrived), [
        ["up", 1],
        ["down", 2],
        ["down", 2],
      ]);
      const written = heard(client, "message");
      socket.write("again");
      assert.deepEqual(await written, ["again"]);
    });

    test(`${server}, ${kind.name}: many at once keep their order`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const numbers = Array.from({ length: 500 }, (_, n) => [n]);
      const arrived = [heardTimes(socket, "n", 500), heardTimes(client, "n", 500)];
      for (const [n] of numbers) {
        client.emit("n", n);
        socket.emit("n", n);
      }
      assert.deepEqual(await Promise.all(arrived), [numbers, numbers]);
    });

    test(`${server}, ${kind.name}: what is sent is what it was at the call`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const arrived = heardTimes(client, "state", 2);
      const state = { n: 1 };
      socket.emit("state", state);
      state.n = 2;
      socket.emit("state", state);
      state.n = 3;
      assert.deepEqual(await arrived, [[{ n: 1 }], [{ n: 2 }]]);
    });
  }
}
