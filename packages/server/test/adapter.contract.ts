/** What every Adapter must do. Names and meaning are those of `socket.io-adapter`. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Adapter } from "../src/adapter.ts";

/** Opens an adapter of a namespace in which these sockets are connected. */
export type OpenAdapter = (ids: readonly string[]) => Adapter;

const inRooms = (...rooms: string[]): Set<string> => new Set(rooms);

export function adapterContract(kind: string, open: OpenAdapter): void {
  test(`${kind}: rooms appear with their first member and vanish with their last`, () => {
    const adapter = open(["1", "2"]);
    adapter.addAll("1", inRooms("a", "b"));
    adapter.addAll("2", inRooms("a"));
    assert.deepEqual(Object.fromEntries(adapter.rooms), { a: new Set(["1", "2"]), b: new Set(["1"]) });
    adapter.del("1", "a");
    adapter.del("1", "a");
    adapter.del("1", "nowhere");
    assert.deepEqual(adapter.socketRooms("1"), new Set(["b"]));
    adapter.delAll("1");
    adapter.delAll("2");
    adapter.delAll("3");
    assert.equal(adapter.rooms.size, 0);
    assert.equal(adapter.sids.size, 0);
    assert.equal(adapter.socketRooms("1"), undefined);
  });

  test(`${kind}: rooms with the names of an object's own things are rooms like others`, async () => {
    const adapter = open(["1", "constructor"]);
    for (const room of ["__proto__", "constructor", "toString", "hasOwnProperty", ""]) {
      assert.deepEqual(await adapter.sockets(inRooms(room)), new Set());
      adapter.addAll("1", inRooms(room));
      assert.deepEqual(await adapter.sockets(inRooms(room)), new Set(["1"]));
      adapter.del("1", room);
    }
    assert.equal(adapter.rooms.size, 0);
  });

  test(`${kind}: tells of rooms that are made and left, in the order of socket.io-adapter`, () => {
    const adapter = open(["1", "2"]);
    const log: unknown[] = [];
    for (const event of ["create-room", "join-room", "leave-room", "delete-room"])
      adapter.on(event, (...args) => log.push([event, ...args]));
    adapter.addAll("1", inRooms("a"));
    adapter.addAll("1", inRooms("a"));
    adapter.addAll("2", inRooms("a"));
    adapter.del("1", "a");
    adapter.delAll("2");
    assert.deepEqual(log, [
      ["create-room", "a"],
      ["join-room", "a", "1"],
      ["join-room", "a", "2"],
      ["leave-room", "a", "1"],
      ["leave-room", "a", "2"],
      ["delete-room", "a"],
    ]);
  });

  test(`${kind}: an id whose socket is not connected is in no room's sockets`, async () => {
    const adapter = open(["1"]);
    adapter.addAll("gone", inRooms("a"));
    adapter.addAll("1", inRooms("a"));
    assert.deepEqual(await adapter.sockets(inRooms("a")), new Set(["1"]));
    assert.deepEqual(await adapter.sockets(inRooms()), new Set(["1"]));
  });
}
