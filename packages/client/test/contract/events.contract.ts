/** Events in both directions, with every kind of argument, and the emitter that they come from. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Pair, patience, useHouse, Visit } from "./house.ts";
import { diary, heard, type Library } from "./library.ts";
import { everyServer } from "./server-kind.ts";

const bytes = Buffer.from([1, 2, 3, 255]);

/** What is emitted, and what arrives if that is something else. */
const rows: readonly [name: string, sent: readonly unknown[], arrives?: readonly unknown[]][] = [
  ["nothing", []],
  ["several arguments", [1, "2", true, false, { four: 4 }, [5]]],
  ["false", [false]],
  ["null", [null]],
  ["undefined", [undefined, 1], [null, 1]],
  ["undefined inside", [{ a: undefined, b: [undefined] }], [{ b: [null] }]],
  ["a function that is not the last", [() => {}, 1], [null, 1]],
  ["a date", [new Date(0)], ["1970-01-01T00:00:00.000Z"]],
  ["a date inside", [{ at: new Date(0) }], [{ at: "1970-01-01T00:00:00.000Z" }]],
  ["what JSON has no word for", [Number.NaN, Number.POSITIVE_INFINITY], [null, null]],
  ["an object that says what it is", [{ toJSON: () => "said" }], ["said"]],
  ["a Map, which JSON knows as an object", [new Map([[1, 2]])], [{}]],
  ["numbers", [0, -1, 1.5, 1e21, Number.MAX_SAFE_INTEGER]],
  ["an empty text", [""]],
  ["text of many scripts", ["utf8 – 漢字 ãéà 😀 \u2028\u2029 \0 \u001e end"]],
  ["a text of 300 KB", ["é".repeat(150_000)]],
  ["deep objects", [{ a: { b: [{ c: { d: [[[]]] } }] } }]],
  ["keys of every kind", [{ "": 1, "a b": 2, constructor: 3, __proto__x: 4 }]],
  ["what looks like a placeholder of bytes", [{ _placeholder: "no", num: 0 }]],
  ["bytes", [bytes]],
  ["no bytes", [Buffer.alloc(0)]],
  ["300 KB of bytes", [Buffer.alloc(300_000, 7)]],
  ["bytes at every depth", [bytes, { a: bytes, b: [bytes, { c: bytes, d: "text" }] }, "text", bytes]],
  ["a typed array", [Uint8Array.of(1, 2)], [Buffer.from([1, 2])]],
  ["a part of a typed array", [Uint8Array.of(0, 1, 2, 3).subarray(1, 3)], [Buffer.from([1, 2])]],
  ["an ArrayBuffer", [Uint8Array.of(1, 2).buffer], [Buffer.from([1, 2])]],
];

const ways = [["polling"], ["websocket"]];

/** What both ends make of one emit each. */
async function exchange({ client, socket }: Pair, sent: readonly unknown[]): Promise<unknown[][]> {
  const arrived = [heard(socket, "up"), heard(client, "down")];
  client.emit("up", ...sent);
  socket.emit("down", ...sent);
  return Promise.all(arrived);
}

export function eventsContract(library: Library): void {
  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind, { maxHttpBufferSize: 1e7 });

      for (const transports of ways) {
        for (const forceBase64 of [false, true]) {
          const way = `${transports}${forceBase64 ? " with base64" : ""}`;
          test(`every kind of argument over ${way}`, patience, async (t) => {
            const pair = await new Visit(t, library, house).meet({ transports, forceBase64 });
            for (const [name, sent, arrives = sent] of rows) {
              const [up, down] = await exchange(pair, sent);
              assert.deepEqual(up, arrives, `${name}, to the server`);
              assert.deepEqual(down, arrives, `${name}, to the client`);
            }
          });
        }

        test(`bytes come as Buffers over ${transports}`, patience, async (t) => {
          const pair = await new Visit(t, library, house).meet({ transports });
          const [up, down] = await exchange(pair, [Uint8Array.of(1)]);
          assert.deepEqual(
            [up, down].map((args) => Buffer.isBuffer(args?.[0])),
            [true, true],
          );
        });

        test(`bytes come as ArrayBuffers over ${transports} if the engine is told so`, patience, async (t) => {
          const { client, socket } = await new Visit(t, library, house).meet({ transports });
          client.io.engine.binaryType = "arraybuffer";
          const came = heard(client, "down");
          socket.emit("down", bytes, "text");
          const [data] = await came;
          assert.ok(data instanceof ArrayBuffer);
          assert.deepEqual(Buffer.from(data), bytes);
        });

        test(`two hundred events over ${transports}, some with bytes, in order`, patience, async (t) => {
          const { client, socket } = await new Visit(t, library, house).meet({ transports });
          const [up, down]: unknown[][] = [[], []];
          socket.on("n", (n, ...rest) => up?.push([n, ...rest]));
          client.on("n", (n, ...rest) => down?.push([n, ...rest]));
          const expected = Array.from({ length: 200 }, (_, n) => (n % 3 === 0 ? [n, Buffer.from([n])] : [n]));
          for (const args of expected) {
            client.emit("n", ...args);
            socket.emit("n", ...args);
          }
          const ends = [heard(socket, "end"), heard(client, "end")];
          client.emit("end");
          socket.emit("end");
          await Promise.all(ends);
          assert.deepEqual([up, down], [expected, expected]);
        });
      }

      test("send() is the event message", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const [up, down] = [heard(socket, "message"), heard(client, "message")];
        assert.equal(client.send("hello", 1), client);
        socket.send("hello", bytes);
        assert.deepEqual(await up, ["hello", 1]);
        assert.deepEqual(await down, ["hello", bytes]);
      });

      test("any name will do but the reserved ones", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        for (const name of ["", " ", "constructor", "toString", "message", "error", "ping", "漢字"]) {
          const told = heard(socket, name);
          assert.equal(client.emit(name, 1), client);
          assert.deepEqual(await told, [1], name);
        }
        for (const name of [
          "connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener",
        ]) {
          await assert.rejects(client.emitWithAck(name), /reserved event name/);
          assert.throws(() => client.emit(name), { name: "Error", message: `"${name}" is a reserved event name` });
        }
      });

      test("a message that is sent with or without compression is told to the engine", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const compress: unknown[] = [];
        client.io.engine.on("packetCreate", (packet) => compress.push(packet.options?.compress));
        const told = heard(socket, "end");
        client.emit("plain");
        client.compress(false).emit("once");
        client.compress(true).emit("again");
        client.emit("end");
        await told;
        assert.deepEqual(compress, [true, false, true, true]);
      });

      test("events that the server emits on arrival come after connect", patience, async (t) => {
        const client = new Visit(t, library, house).call(
          house.namespace((socket) => {
            socket.emit("a", 1);
            socket.emit("b", bytes);
          }),
        );
        const events = diary({ client: [client, ["connect", "a", "b"]] });
        await heard(client, "b");
        assert.deepEqual(events, ["client connect", "client a", "client b"]);
      });

      test("listeners: once, off, prepended to nothing, and the older names", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const lines: string[] = [];
        const write = (word: string) => () => lines.push(word);
        const removed = write("removed");
        client.on("a", write("on")).once("a", write("once"));
        client.on("a", removed).off("a", removed);
        client.once("a", removed).off("a", removed);
        assert.equal(client.listeners("a").length, 2);
        assert.deepEqual([client.hasListeners("a"), client.hasListeners("b")], [true, false]);
        const end = heard(client, "end");
        for (const name of ["a", "a", "end"]) socket.emit(name);
        await end;
        assert.deepEqual(lines, ["on", "once", "on"]);
        assert.equal(client.off("a"), client);
        assert.deepEqual(client.listeners("a"), []);
        client.on("b", removed).off();
        assert.deepEqual(client.listeners("b"), []);
      });

      for (const alias of ["removeListener", "removeAllListeners", "removeEventListener"]) {
        test(`${alias} is off`, patience, async (t) => {
          const client = new Visit(t, library, house).call(house.namespace(), { autoConnect: false });
          const add: unknown = Reflect.get(client, "addEventListener");
          const remove: unknown = Reflect.get(client, alias);
          assert.ok(typeof add === "function" && typeof remove === "function");
          const listener = (): void => {};
          add.call(client, "a", listener);
          assert.deepEqual(client.listeners("a"), [listener]);
          remove.call(client, "a", listener);
          assert.deepEqual(client.listeners("a"), []);
        });
      }

      test("a listener that removes itself and others while an event is told", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const lines: number[] = [];
        const second = (): unknown => lines.push(2);
        client.on("a", () => {
          lines.push(1);
          client.off("a", second);
        });
        client.on("a", second);
        const end = heard(client, "end");
        for (const name of ["a", "a", "end"]) socket.emit(name);
        await end;
        assert.deepEqual(lines, [1, 2, 1]);
      });
    });
  }
}
