/** What a server of ours says beyond answers: why there is none, and the answer to what was asked before a break. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Socket } from "socket.io";
import { patience, useHouse } from "../contract/house.ts";
import { failureOf, heard } from "../contract/library.ts";
import { anywire } from "../contract/server-kind.ts";
import { call } from "./visits.ts";

const ways = [["polling"], ["websocket"]];

describe("a server of ours", () => {
  const house = useHouse(anywire);

  for (const transports of ways) {
    test(`says over ${transports} that nobody listens`, patience, async (t) => {
      const socket = call(t, house.url + house.namespace(), { transports });
      const error = await failureOf(socket.emitWithAck("ask"));
      assert.equal(error.code, "no-handler");
      const plain: unknown[] = [];
      socket.emit("ask", (...args: unknown[]) => plain.push(args));
      await failureOf(socket.timeout(60_000).emitWithAck("ask"));
      assert.deepEqual(plain, []);
    });

    test(`runs over ${transports} what is sent again after a break once, and answers it`, patience, async (t) => {
      let runs = 0;
      const peers: Socket[] = [];
      const namespace = house.namespace((peer) => {
        peers.push(peer);
        peer.on("order", (amount, answer) => {
          runs++;
          if (runs === 1) peer.conn.close();
          answer(`${amount} ordered`);
        });
      });
      const socket = call(t, house.url + namespace, { transports, retries: 5, ackTimeout: 60_000 });
      assert.deepEqual(await Promise.all([1, 2].map((n) => socket.emitWithAck("order", n))), [
        "1 ordered",
        "2 ordered",
      ]);
      assert.deepEqual([runs, peers.length], [2, 2]);
      assert.deepEqual(
        peers.map(({ handshake }) => handshake.auth),
        [{}, {}],
      );
    });
  }

  test("runs what is sent again in impatience once", patience, async (t) => {
    let runs = 0;
    const answers: (() => void)[] = [];
    const namespace = house.namespace((peer) =>
      peer.on("order", (answer) => {
        runs++;
        answers.push(() => answer("done"));
      }),
    );
    const socket = call(t, house.url + namespace, { retries: 1_000, ackTimeout: 5 });
    await heard(socket, "connect");
    let tries = 0;
    socket.onAnyOutgoing(() => {
      if (++tries === 5) answers[0]?.();
    });
    assert.equal(await socket.emitWithAck("order"), "done");
    assert.ok(tries >= 5);
    assert.equal(runs, 1);
  });
});
