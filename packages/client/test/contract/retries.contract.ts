/** The option `retries`: one event after another, each until it is answered. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Socket } from "socket.io";
import { type House, patience, useHouse, Visit } from "./house.ts";
import { failureOf, heard, type Library } from "./library.ts";
import { everyServer } from "./server-kind.ts";

type Answer = (...args: unknown[]) => void;
/** Answers an event, or does not. */
type Judge = (args: readonly unknown[], answer: Answer, socket: Socket) => unknown;

const enough = { retries: 3, ackTimeout: 15_000 };
const hasty = { retries: 3, ackTimeout: 15 };

/** A namespace that writes down all that it is told, and lets `judge` answer. */
function listening(house: House, judge: Judge = (_args, answer) => answer()): { namespace: string; told: unknown[][] } {
  const told: unknown[][] = [];
  const namespace = house.namespace((socket) => {
    socket.onAny((...args: unknown[]) => {
      const answer = args.at(-1);
      if (typeof answer !== "function") return told.push(args);
      told.push(args.slice(0, -1));
      return judge(args.slice(0, -1), (...values) => answer(...values), socket);
    });
  });
  return { namespace, told };
}

/** The answer to the callback of an emit. */
function asked(emit: (callback: Answer) => unknown): Promise<unknown[]> {
  return new Promise((resolve) => emit((...answer) => resolve(answer)));
}

export function retriesContract(library: Library): void {
  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind);

      test("one after another, in order, before and after the connection", patience, async (t) => {
        let busy = 0;
        const { namespace, told } = listening(house, (_args, answer) => {
          assert.equal(++busy, 1);
          setImmediate(() => {
            busy--;
            answer();
          });
        });
        const client = new Visit(t, library, house).call(namespace, enough);
        client.emit("a", 1);
        client.emit("b", Buffer.from([2]));
        assert.deepEqual(client.sendBuffer, []);
        await heard(client, "connect");
        client.emit("c");
        await asked((callback) => client.emit("d", callback));
        assert.deepEqual(told, [["a", 1], ["b", Buffer.from([2])], ["c"], ["d"]]);
      });

      test("the answer comes after null", patience, async (t) => {
        const { namespace } = listening(house, ([, ...args], answer) => answer(...args));
        const client = new Visit(t, library, house).call(namespace, enough);
        assert.deepEqual(await asked((callback) => client.emit("a", 1, "two", callback)), [null, 1, "two"]);
        assert.equal(await client.emitWithAck("b", "three"), "three");
        assert.equal(client.emit("c"), client);
      });

      test("tried again as often as it says, then it fails, and the next has its turn", patience, async (t) => {
        const { namespace, told } = listening(house, ([name], answer) => (name === "good" ? answer("yes") : undefined));
        const client = new Visit(t, library, house).call(namespace, hasty);
        const bad = asked((callback) => client.emit("bad", 1, callback));
        const good = asked((callback) => client.timeout(15_000).emit("good", callback));
        const [error, ...rest] = await bad;
        assert.ok(error instanceof Error);
        assert.deepEqual([error.message, rest], ["operation has timed out", []]);
        assert.deepEqual(await good, [null, "yes"]);
        assert.deepEqual(told, [["bad", 1], ["bad", 1], ["bad", 1], ["bad", 1], ["good"]]);
      });

      test("a promise fails like a callback", patience, async (t) => {
        const { namespace, told } = listening(house, () => {});
        const client = new Visit(t, library, house).call(namespace, { retries: 1, ackTimeout: 5 });
        assert.equal((await failureOf(client.emitWithAck("bad"))).message, "operation has timed out");
        assert.equal(told.length, 2);
      });

      test("without a callback it is tried just as often", patience, async (t) => {
        const { namespace, told } = listening(house, ([name], answer) => (name === "good" ? answer() : undefined));
        const client = new Visit(t, library, house).call(namespace, { retries: 2, ackTimeout: 10 });
        client.emit("bad");
        await asked((callback) => client.timeout(15_000).emit("good", callback));
        assert.deepEqual(told, [["bad"], ["bad"], ["bad"], ["good"]]);
      });

      test("an event is emitted once in the connect listener", patience, async (t) => {
        const { namespace, told } = listening(house);
        const client = new Visit(t, library, house).call(namespace, enough);
        const answered = new Promise<void>((resolve) => {
          client.on("connect", () => client.emit("once", () => resolve()));
        });
        await answered;
        await asked((callback) => client.emit("end", callback));
        assert.deepEqual(told, [["once"], ["end"]]);
      });

      test("what was not answered before the connection ended is sent again after", patience, async (t) => {
        const { namespace, told } = listening(house, (_args, answer, socket) => {
          if (told.length === 1) socket.conn.close();
          else answer("at last");
        });
        const client = new Visit(t, library, house).call(namespace, enough);
        const first = asked((callback) => client.emit("a", callback));
        const second = asked((callback) => client.emit("b", callback));
        assert.deepEqual(await first, [null, "at last"]);
        assert.deepEqual(await second, [null, "at last"]);
        assert.deepEqual(told, [["a"], ["a"], ["b"]]);
      });

      test("what is emitted while it is away waits", patience, async (t) => {
        const { namespace, told } = listening(house);
        const client = new Visit(t, library, house).call(namespace, { ...enough, autoConnect: false });
        client.emit("a", 1);
        const last = asked((callback) => client.emit("b", 2, callback));
        client.connect();
        await last;
        assert.deepEqual(told, [
          ["a", 1],
          ["b", 2],
        ]);
      });

      test("volatile events have no second try", patience, async (t) => {
        const { namespace, told } = listening(house);
        const client = new Visit(t, library, house).call(namespace, enough);
        await heard(client, "connect");
        while (!client.io.engine.transport.writable) await new Promise(setImmediate);
        client.volatile.emit("light");
        await asked((callback) => client.emit("end", callback));
        assert.deepEqual(told, [["light"], ["end"]]);
      });

      test("modifiers are kept for each try", patience, async (t) => {
        const { namespace, told } = listening(house, (_args, answer) => told.length > 2 && answer());
        const client = new Visit(t, library, house).call(namespace, { retries: 5, ackTimeout: 60_000 });
        await heard(client, "connect");
        const compress: unknown[] = [];
        client.io.engine.on(
          "packetCreate",
          ({ type, options }) => type === "message" && compress.push(options?.compress),
        );
        await asked((callback) => client.compress(false).timeout(10).emit("a", callback));
        assert.deepEqual(compress, [false, false, false]);
      });
    });
  }
}
