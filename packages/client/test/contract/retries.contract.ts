/** The option `retries`: one event after another, each until it is answered. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Socket } from "socket.io";
import { type House, patience, useHouse, Visit } from "./house.ts";
import { type ClientSocket, failureOf, heard, type Library } from "./library.ts";
import { everyServer } from "./server-kind.ts";

type Answer = (...args: unknown[]) => void;
/** Answers an event, or does not. */
type Judge = (args: readonly unknown[], answer: Answer, socket: Socket) => unknown;

const enough = { retries: 3, ackTimeout: 15_000 };
const hasty = { retries: 3, ackTimeout: 15 };
const names = ["a", "b", "c", "d", "good", "bad", "once", "light", "end"];

/**
 * A namespace that writes down all that it is told, and lets `judge` answer. Repeats are left out: our server does not
 * run them for our client.
 */
function listening(house: House, judge: Judge = (_args, answer) => answer()): { namespace: string; told: unknown[][] } {
  const told: unknown[][] = [];
  const namespace = house.namespace((socket) => {
    for (const name of names) {
      socket.on(name, (...args: unknown[]) => {
        const answer = args.at(-1);
        const event = [name, ...(typeof answer === "function" ? args.slice(0, -1) : args)];
        if (!isDeepStrictEqual(told.at(-1), event)) told.push(event);
        if (typeof answer === "function") judge(event, (...values) => answer(...values), socket);
      });
    }
  });
  return { namespace, told };
}

/** Each event that leaves on the present connection: its name, and whether it is to be compressed. */
function sent(client: ClientSocket): [name: string, compress: unknown][] {
  const events: [string, unknown][] = [];
  client.io.engine.on("packetCreate", ({ data, options }) => {
    const [, name] = /^[25].*?\["(\w+)"/.exec(String(data)) ?? [];
    if (name !== undefined) events.push([name, options?.compress]);
  });
  return events;
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
        const tries = sent(client);
        const [error, ...rest] = await bad;
        assert.ok(error instanceof Error);
        assert.deepEqual([error.message, rest], ["operation has timed out", []]);
        assert.deepEqual(await good, [null, "yes"]);
        assert.deepEqual(told, [["bad", 1], ["good"]]);
        assert.deepEqual(
          tries.map(([name]) => name),
          ["bad", "bad", "bad", "bad", "good"],
        );
      });

      test("a promise fails like a callback", patience, async (t) => {
        const { namespace } = listening(house, () => {});
        const client = new Visit(t, library, house).call(namespace, { retries: 1, ackTimeout: 5 });
        const tries = sent(client);
        assert.equal((await failureOf(client.emitWithAck("bad"))).message, "operation has timed out");
        assert.equal(tries.length, 2);
      });

      test("without a callback it is tried just as often", patience, async (t) => {
        const { namespace, told } = listening(house, ([name], answer) => (name === "good" ? answer() : undefined));
        const client = new Visit(t, library, house).call(namespace, { retries: 2, ackTimeout: 10 });
        const tries = sent(client);
        client.emit("bad");
        await asked((callback) => client.timeout(15_000).emit("good", callback));
        assert.deepEqual(told, [["bad"], ["good"]]);
        assert.deepEqual(
          tries.map(([name]) => name),
          ["bad", "bad", "bad", "good"],
        );
      });

      test("an event is emitted once in the connect listener", patience, async (t) => {
        const { namespace, told } = listening(house);
        const client = new Visit(t, library, house).call(namespace, enough);
        const tries = sent(client);
        const answered = new Promise<void>((resolve) => {
          client.on("connect", () => client.emit("once", () => resolve()));
        });
        await answered;
        await asked((callback) => client.emit("end", callback));
        assert.deepEqual(told, [["once"], ["end"]]);
        assert.equal(tries.length, 2);
      });

      test("what was not answered before the connection ended is sent again after", patience, async (t) => {
        let cuts = 0;
        const { namespace, told } = listening(house, (_args, answer, socket) => {
          if (cuts++ === 0) socket.conn.close();
          answer("at last");
        });
        const client = new Visit(t, library, house).call(namespace, enough);
        const first = asked((callback) => client.emit("a", callback));
        const second = asked((callback) => client.emit("b", callback));
        assert.deepEqual(await first, [null, "at last"]);
        assert.deepEqual(await second, [null, "at last"]);
        assert.deepEqual(told, [["a"], ["b"]]);
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
        const { namespace } = listening(house, () => {});
        const client = new Visit(t, library, house).call(namespace, { retries: 2, ackTimeout: 60_000 });
        const tries = sent(client);
        const [error] = await asked((callback) => client.compress(false).timeout(10).emit("a", callback));
        assert.ok(error instanceof Error);
        assert.deepEqual(
          tries,
          [1, 2, 3].map(() => ["a", false]),
        );
      });
    });
  }
}
