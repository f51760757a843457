/** Broadcasts of one node that the clients of two hear. */

import assert from "node:assert/strict";
import { finish, four, heardBy, type Scenario } from "./gathering.ts";
import type { Guest } from "./guests.ts";

export const broadcasts: Readonly<Record<string, Scenario>> = {
  async "everyone hears a broadcast, in order, on every wire"(cluster) {
    const crowd = await cluster.crowd([]);
    const sent = Array.from({ length: 20 }, (_, i) => ["news", i, { at: [i, "ü☃"] }]);
    for (const [name, i, value] of sent)
      (Number(i) < 10 ? cluster.one : cluster.other.of("/")).emit(String(name), i, value);
    await finish(cluster);
    for (const [name, heard] of await heardBy(crowd)) {
      const own = (from: number): unknown[] => heard.filter(([, i]) => Math.floor(Number(i) / 10) === from);
      assert.equal(heard.length, 20, name);
      assert.deepEqual(own(0), sent.slice(0, 10), name);
      assert.deepEqual(own(1), sent.slice(10), name);
    }
  },

  async "a room hears what is for it, on every wire, and nobody else does"(cluster) {
    const crowd = await cluster.crowd(["a", "b"]);
    const outside = await cluster.guest(1, "outside", { rooms: ["c"] });
    cluster.one.to("a").emit("news", 1);
    cluster.other.in("a").to("b").emit("news", 2);
    cluster.one.to(["b", "nobody"]).emit("news", 3);
    await finish(cluster);
    for (const [name, heard] of await heardBy(crowd))
      assert.deepEqual(
        heard.sort(),
        [1, 2, 3].map((i) => ["news", i]),
        name,
      );
    assert.deepEqual(await outside.before("done"), []);
  },

  async "a broadcast passes over the rooms that it excepts"(cluster) {
    const guests = await four(cluster);
    cluster.one.except("a").emit("news", 1);
    cluster.other.to("a").except(["a0", "b1"]).emit("news", 2);
    await finish(cluster);
    const heard = await heardBy(guests);
    assert.deepEqual(Object.fromEntries(heard), { a0: [], b0: [["news", 1]], a1: [["news", 2]], b1: [["news", 1]] });
  },

  async "a socket's broadcast goes to all others, of a room or at all"(cluster) {
    const guests = await four(cluster);
    const [sender] = await cluster.one.in("a0").local.fetchSockets();
    const socket = cluster.one.of("/").sockets.get(sender?.id ?? "");
    socket?.broadcast.emit("news", 1);
    socket?.to("a").emit("news", 2);
    socket?.to("a").to("b").except("b1").emit("news", 3);
    await finish(cluster);
    const heard = await heardBy(guests);
    const news = (...numbers: number[]): unknown[] => numbers.map((i) => ["news", i]);
    assert.deepEqual(Object.fromEntries(heard), { a0: [], b0: news(1, 3), a1: news(1, 2, 3), b1: news(1) });
  },

  async "a local broadcast stays on its node"(cluster) {
    const guests = await four(cluster);
    cluster.one.local.emit("local", 1);
    cluster.other.local.to("a").emit("local", 2);
    await finish(cluster);
    const heard = await heardBy(guests);
    assert.deepEqual(Object.fromEntries(heard), { a0: [["local", 1]], b0: [["local", 1]], a1: [["local", 2]], b1: [] });
  },

  async "a volatile broadcast reaches those who can take it"(cluster) {
    const guests = new Map([
      ["0", await cluster.guest(0, "0", { rooms: ["a"] })],
      ["1", await cluster.guest(1, "1", { rooms: ["a"] })],
    ]);
    await cluster.settle();
    cluster.one.volatile.to("a").emit("news", 1);
    await finish(cluster);
    for (const [, heard] of await heardBy(guests)) assert.deepEqual(heard, [["news", 1]]);
  },

  async "bytes are bytes on every wire"(cluster) {
    const crowd = await cluster.crowd(["a"]);
    const bytes = Buffer.from([0, 1, 127, 128, 255]);
    cluster.one.to("a").emit("bytes", bytes);
    cluster.other.to("a").emit("odd", "three", { deep: [bytes] }, bytes);
    await finish(cluster);
    for (const [name, heard] of await heardBy(crowd)) {
      const told = new Map(heard.map(([event, ...args]) => [event, args]));
      assert.deepEqual(told.get("bytes"), [bytes], name);
      if (name.startsWith("EventSource") || name.startsWith("bare") || name.startsWith("long")) continue; // bytes inside are an envelope's own
      assert.deepEqual(told.get("odd"), ["three", { deep: [bytes] }, bytes], name);
    }
  },

  async "rooms have odd names"(cluster) {
    const rooms = [" ", "a#b", "a#", "#", "ü☃💥", "__proto__", "constructor", "a/b,c", "42", "-0", "*", "[x]?\\", "\n"];
    const guests = new Map<string, Guest>();
    for (const room of rooms) guests.set(room, await cluster.guest(1, `in ${room}`, { rooms: [room] }));
    await cluster.settle();
    for (const room of rooms) cluster.one.to(room).emit("odd", room);
    for (const room of rooms) cluster.one.to([room, "more"]).emit("odd", room);
    await finish(cluster);
    for (const [room, heard] of await heardBy(guests))
      assert.deepEqual(
        heard,
        [
          ["odd", room],
          ["odd", room],
        ],
        room,
      );
  },
};
