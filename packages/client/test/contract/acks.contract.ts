/** Acks in both directions, in time, too late, and when the connection ends before. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Socket } from "socket.io";
import { patience, useHouse, Visit } from "./house.ts";
import { type ClientSocket, failureOf, heard, type Library } from "./library.ts";
import { everyServer } from "./server-kind.ts";

type Answer = (...args: unknown[]) => void;

const bytes = Buffer.from([1, 2, 255]);
const gone = { name: "Error", message: "socket has been disconnected" };
const late = { name: "Error", message: "operation has timed out" };

/** Answers each `ask` with what it was asked for. */
function repeatTo(emitter: Socket | ClientSocket): void {
  emitter.on("ask", (...args: unknown[]) => {
    const answer = args.pop();
    assert.ok(typeof answer === "function");
    answer(...args);
  });
}

/** Hears it, and never answers; our server tells ours at once that nobody listens. */
function silence(socket: Socket, event: string): void {
  socket.on(event, () => {});
}

/** The answer to a callback. */
function asked(emitter: { emit(event: string, ...args: unknown[]): unknown }, ...args: unknown[]): Promise<unknown[]> {
  return new Promise((resolve) => emitter.emit("ask", ...args, (...answer: unknown[]) => resolve(answer)));
}

const answers: readonly [name: string, answer: readonly unknown[], arrives?: readonly unknown[]][] = [
  ["nothing", []],
  ["one value", ["one"]],
  ["several values", [1, "two", [3], { four: 4 }, true, false, 0, ""]],
  ["null and undefined", [null, undefined], [null, null]],
  ["bytes", [bytes, { deep: [bytes] }]],
  ["what looks like an error", [{ message: "none" }]],
];

export function acksContract(library: Library): void {
  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind);

      for (const transports of [["polling"], ["websocket"]]) {
        test(`both sides answer, with anything, over ${transports}`, patience, async (t) => {
          const { client, socket } = await new Visit(t, library, house).meet({ transports });
          repeatTo(socket);
          repeatTo(client);
          for (const [name, answer, arrives = answer] of answers) {
            assert.deepEqual(await asked(client, ...answer), arrives, name);
            assert.deepEqual(await asked(socket, ...answer), arrives, name);
            assert.deepEqual(await client.emitWithAck("ask", ...answer), arrives[0], name);
            assert.deepEqual(await client.timeout(60_000).emitWithAck("ask", ...answer), arrives[0], name);
            assert.deepEqual(await asked(client.timeout(60_000), ...answer), [null, ...arrives], name);
          }
        });
      }

      test("each question gets its own answer, whatever the order", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const answer = (n: number, reply: Answer): unknown => (n % 2 === 0 ? setImmediate(reply, n) : reply(n));
        socket.on("n", answer);
        const numbers = Array.from({ length: 50 }, (_, n) => n);
        assert.deepEqual(await Promise.all(numbers.map((n) => client.emitWithAck("n", n))), numbers);
      });

      test("only the first answer counts", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const twice = (reply: Answer): void => {
          reply(1);
          reply(2);
        };
        socket.on("twice", twice);
        client.on("twice", twice);
        const heardByClient: unknown[] = [];
        const heardByServer: unknown[] = [];
        client.emit("twice", (n: unknown) => heardByClient.push(n));
        socket.emit("twice", (n: unknown) => heardByServer.push(n));
        repeatTo(socket);
        repeatTo(client);
        await asked(client);
        await asked(socket);
        assert.deepEqual([heardByClient, heardByServer], [[1], [1]]);
      });

      test("the listener of an event without a question gets no callback", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const told = heard(client, "told");
        socket.emit("told", 1);
        assert.deepEqual(await told, [1]);
      });

      test("nobody answers: the callback and the promise fail when the time is over", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        silence(socket, "ask");
        const [error, ...rest] = await asked(client.timeout(5));
        assert.ok(error instanceof Error);
        assert.deepEqual([error.message, rest], [late.message, []]);
        await assert.rejects(client.timeout(5).emitWithAck("ask"), late);
      });

      test("ackTimeout is the time for all, and timeout() goes before it", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet({ ackTimeout: 5 });
        silence(socket, "ask");
        assert.equal((await failureOf(client.emitWithAck("ask"))).message, late.message);
        const [error] = await asked(client);
        assert.ok(error instanceof Error);
        socket.on("slow", (reply: Answer) => setTimeout(reply, 40, "slow"));
        assert.equal(await client.timeout(60_000).emitWithAck("slow"), "slow");
        const answer = new Promise((resolve) =>
          client.timeout(60_000).emit("slow", (...args: unknown[]) => resolve(args)),
        );
        assert.deepEqual(await answer, [null, "slow"]);
      });

      test("an answer that comes too late is not heard", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const asking = heard(socket, "slow");
        const calls: unknown[][] = [];
        const first = new Promise<void>((resolve) => {
          client.timeout(5).emit("slow", (...args: unknown[]) => {
            calls.push(args);
            resolve();
          });
        });
        const [reply] = (await asking) as [Answer];
        await first;
        reply("late");
        repeatTo(socket);
        await asked(client);
        assert.equal(calls.length, 1);
      });

      test("a question that was never sent times out, and is sent no more", patience, async (t) => {
        const heardBy: unknown[] = [];
        const namespace = house.namespace((socket) => socket.onAny((...args) => heardBy.push(args)));
        const client = new Visit(t, library, house).call(namespace, { autoConnect: false });
        const [error] = await asked(client.timeout(5), 1);
        assert.ok(error instanceof Error);
        assert.equal(error.message, late.message);
        await assert.rejects(client.timeout(5).emitWithAck("ask", bytes), late);
        assert.deepEqual(client.sendBuffer, []);
        client.connect();
        await heard(client, "connect");
        client.emit("sent");
        await failureOf(client.timeout(20).emitWithAck("end"));
        assert.deepEqual(
          heardBy.map((args) => Object(args)[0]),
          ["sent", "end"],
        );
      });

      test("the connection ends: those who wait for an answer with an error get it", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet({ reconnection: false });
        const plain: unknown[] = [];
        client.emit("ask", (...args: unknown[]) => plain.push(args));
        const waiting = [
          failureOf(client.emitWithAck("ask")),
          failureOf(client.timeout(60_000).emitWithAck("ask")),
          asked(client.timeout(60_000)).then(([error]) => error),
        ];
        silence(socket, "ask");
        await heard(socket, "ask");
        socket.disconnect();
        for (const error of await Promise.all(waiting)) {
          assert.ok(error instanceof Error);
          assert.equal(error.message, gone.message);
        }
        assert.deepEqual(plain, []);
      });

      test("the client leaves: its questions end too, before disconnect() returns", patience, async (t) => {
        const { client } = await new Visit(t, library, house).meet();
        let error: unknown;
        client.timeout(60_000).emit("ask", (failure: unknown) => {
          error = failure;
        });
        client.disconnect();
        assert.ok(error instanceof Error);
        assert.equal(error.message, gone.message);
      });

      test("questions that wait to be sent outlive the end of a connection", patience, async (t) => {
        let socket: Socket | undefined;
        const client = new Visit(t, library, house).call(
          house.namespace((next) => {
            socket = next;
            repeatTo(next);
          }),
        );
        await heard(client, "connect");
        const over = heard(client, "disconnect");
        socket?.conn.close();
        await over;
        const answer = [client.emitWithAck("ask", 1), asked(client, 2), asked(client.timeout(60_000), 3)];
        client.disconnect();
        client.connect();
        assert.deepEqual(await Promise.all(answer), [1, [2], [null, 3]]);
      });

      test("what the client answers after its connection has ended goes nowhere", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const asking = heard(client, "ask");
        socket.emit("ask", () => assert.fail("nobody should answer"));
        const [reply] = (await asking) as [Answer];
        client.disconnect();
        reply("too late");
        client.connect();
        await heard(client, "connect");
        assert.equal(client.connected, true);
      });
    });
  }
}
