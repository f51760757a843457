/** What every Adapter must do. Names and meaning are those of `socket.io-adapter`. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Adapter, Member, Target } from "../src/adapter.ts";
import { PreparedRun } from "../src/link.ts";

/** Opens an adapter of these members, who are all connected. */
export type OpenAdapter = (members: ReadonlyMap<string, Member>) => Adapter;

class Listener implements Member {
  readonly id: string;
  readonly heard: PreparedRun[] = [];

  constructor(id: string) {
    this.id = id;
  }

  deliver(run: PreparedRun): void {
    this.heard.push(run);
  }
}

function crowd(...ids: string[]): Map<string, Listener> {
  return new Map(ids.map((id) => [id, new Listener(id)]));
}

export function adapterContract(kind: string, open: OpenAdapter): void {
  test(`${kind}: rooms appear with their first member and vanish with their last`, () => {
    const adapter = open(crowd("1", "2"));
    adapter.addAll("1", ["a", "b"]);
    adapter.addAll("2", ["a"]);
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

  test(`${kind}: rooms with the names of an object's own things are rooms like others`, () => {
    const members = crowd("1", "constructor");
    const adapter = open(members);
    for (const room of ["__proto__", "constructor", "toString", "hasOwnProperty", ""]) {
      assert.equal(adapter.sockets({ rooms: [room], except: [] }).size, 0);
      adapter.addAll("1", [room]);
      assert.deepEqual(adapter.sockets({ rooms: [room], except: [] }), new Set(["1"]));
      adapter.del("1", room);
    }
    assert.equal(adapter.rooms.size, 0);
  });

  test(`${kind}: a broadcast reaches whom the target means, each once`, () => {
    const room = fc.constantFrom("a", "b", "c", "1", "2");
    const target = fc.record({ rooms: fc.array(room, { maxLength: 3 }), except: fc.array(room, { maxLength: 2 }) });
    const joins = fc.array(fc.tuple(fc.constantFrom("1", "2", "3"), room), { maxLength: 12 });
    fc.assert(
      fc.property(joins, target, (joined, { rooms, except }) => {
        const members = crowd("1", "2", "3");
        const adapter = open(members);
        for (const [id, name] of joined) adapter.addAll(id, [name]);
        const isIn = (id: string) => (name: string) =>
          joined.some(([member, other]) => member === id && other === name);
        const meant = [...members.keys()].filter(
          (id) => !except.some(isIn(id)) && (rooms.length === 0 || rooms.some(isIn(id))),
        );
        const run = new PreparedRun([]);
        adapter.broadcast(run, { rooms, except });
        assert.deepEqual(adapter.sockets({ rooms, except }), new Set(meant));
        for (const [id, { heard }] of members) assert.deepEqual(heard, meant.includes(id) ? [run] : []);
      }),
    );
  });

  test(`${kind}: a room may hold an id whose socket is not connected: nobody hears for it`, () => {
    const members = crowd("1");
    const adapter = open(members);
    adapter.addAll("gone", ["a"]);
    adapter.addAll("1", ["a"]);
    for (const target of [
      { rooms: ["a"], except: [] },
      { rooms: ["a", "b"], except: [] },
    ] satisfies Target[]) {
      assert.deepEqual(adapter.sockets(target), new Set(["1"]));
      adapter.broadcast(new PreparedRun([]), target);
    }
    assert.equal(members.get("1")?.heard.length, 2);
  });
}
