/** The offline queue has an end, and can be turned off. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LookupOptions, Socket } from "../../src/node.ts";
import { patience, useHouse } from "../contract/house.ts";
import { heard } from "../contract/library.ts";
import { anywire } from "../contract/server-kind.ts";
import { call } from "./visits.ts";

const kinds: readonly [name: string, options: LookupOptions][] = [
  ["plain emits", {}],
  ["emits with retries", { retries: 1, ackTimeout: 60_000 }],
];

/** What was refused, with its error's code. */
function refusals(socket: Socket): unknown[][] {
  const all: unknown[][] = [];
  socket.on("anywire:refused", (error, event) => all.push([Reflect.get(error, "code"), ...event]));
  return all;
}

describe("the offline queue", () => {
  const house = useHouse(anywire);

  for (const [name, options] of kinds) {
    test(`of ${name}: what is beyond its limit is refused, the rest is sent in order`, patience, async (t) => {
      const told: unknown[] = [];
      const namespace = house.namespace((socket) => {
        for (const event of ["a", "end"]) {
          socket.on(event, (...args) => {
            const answer = args.at(-1);
            told.push(args[0]);
            if (typeof answer === "function") answer("ok");
          });
        }
      });
      const socket = call(t, house.url + namespace, { ...options, autoConnect: false, offlineQueue: 2 });
      const refused = refusals(socket);
      for (const n of [1, 2, 3]) socket.emit("a", n);
      const failed = socket.emitWithAck("a", 4).catch((error: Error) => Reflect.get(error, "code"));
      assert.equal(await failed, "queue-full");
      assert.deepEqual(refused, [
        ["queue-full", "a", 3],
        ["queue-full", "a", 4],
      ]);
      socket.connect();
      await heard(socket, "connect");
      assert.equal(await socket.timeout(60_000).emitWithAck("end", 5), "ok");
      assert.deepEqual(told, [1, 2, 5]);
    });
  }

  test("is ten thousand events long, if nothing else is said", patience, (t) => {
    const socket = call(t, "http://127.0.0.1:1", { autoConnect: false });
    const refused = refusals(socket);
    for (let n = 0; n <= 10_000; n++) socket.emit("a", n);
    assert.deepEqual(refused, [["queue-full", "a", 10_000]]);
    assert.equal(socket.sendBuffer.length, 10_000);
  });

  test("that is turned off keeps no retries back from who is connected", patience, async (t) => {
    const namespace = house.namespace((socket) => socket.on("ask", (n, answer) => answer(n)));
    const socket = call(t, house.url + namespace, { retries: 1, ackTimeout: 60_000, offlineQueue: false });
    await assert.rejects(socket.emitWithAck("ask", 0), { code: "queue-full" });
    await heard(socket, "connect");
    assert.deepEqual(await Promise.all([1, 2].map((n) => socket.emitWithAck("ask", n))), [1, 2]);
  });

  test("can be turned off", patience, async (t) => {
    const told: unknown[] = [];
    const namespace = house.namespace((socket) => {
      socket.onAny((name) => told.push(name));
      socket.on("end", (answer) => answer());
    });
    const socket = call(t, house.url + namespace, { offlineQueue: false });
    const refused = refusals(socket);
    socket.emit("early");
    await heard(socket, "connect");
    socket.emit("now");
    await socket.emitWithAck("end");
    assert.deepEqual(refused, [["queue-full", "early"]]);
    assert.deepEqual(told, ["now", "end"]);
  });
});
