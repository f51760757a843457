/** The events of one name as an async iterator. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { events } from "../src/node.ts";
import { patience, useHouse } from "./contract/house.ts";
import { heard } from "./contract/library.ts";
import { anywire } from "./contract/server-kind.ts";
import { call } from "./extras/visits.ts";

describe("a loop over an event", () => {
  const house = useHouse(anywire);

  test("that is left before it began listens no more", patience, async (t) => {
    const socket = call(t, house.url + house.namespace(() => {}));
    const reading = events(socket, "n");
    assert.equal(socket.listeners("n").length, 1);
    await reading.return();
    assert.equal(socket.listeners("n").length, 0);
  });

  test("gets what came meanwhile, in order, until the socket is disconnected", patience, async (t) => {
    const socket = call(
      t,
      house.url +
        house.namespace((peer) => {
          for (let n = 0; n < 3; n++) peer.emit("n", n, "more");
          peer.disconnect();
        }),
    );
    const all: unknown[] = [];
    for await (const args of events(socket, "n")) {
      all.push(args);
      await new Promise(setImmediate);
    }
    assert.deepEqual(
      all,
      [0, 1, 2].map((n) => [n, "more"]),
    );
    assert.deepEqual(socket.listeners("n"), []);
  });

  test("goes on after a reconnection", patience, async (t) => {
    let visits = 0;
    const namespace = house.namespace((peer) => peer.emit("n", ++visits));
    const socket = call(t, house.url + namespace);
    const all: unknown[] = [];
    for await (const [n] of events(socket, "n")) {
      all.push(n);
      if (n === 3) break;
      socket.io.engine.close();
    }
    assert.deepEqual(all, [1, 2, 3]);
    assert.deepEqual([socket.listeners("n"), socket.listeners("disconnect")], [[], []]);
  });

  test("ends by a signal, with its reason", patience, async (t) => {
    const socket = call(t, house.url);
    const life = new AbortController();
    const loop = events(socket, "n", { signal: life.signal });
    const next = loop.next();
    const reason = new Error("enough");
    life.abort(reason);
    await assert.rejects(next, reason);
    assert.deepEqual(await loop.next(), { done: true, value: undefined });
    await assert.rejects(events(socket, "n", { signal: life.signal }).next(), reason);
  });

  test("that is too slow ends with an error, after what it was promised", patience, async (t) => {
    const socket = call(
      t,
      house.url +
        house.namespace((peer) => {
          for (const name of ["n", "n", "n", "end"]) peer.emit(name, 1);
        }),
    );
    const loop = events(socket, "n", { limit: 2 });
    await heard(socket, "end");
    const all: unknown[] = [];
    const reading = (async () => {
      for await (const [n] of loop) all.push(n);
    })();
    await assert.rejects(reading, { code: "iterator-full" });
    assert.deepEqual(all, [1, 1, 1]);
    assert.deepEqual(socket.listeners("n"), []);
  });
});
