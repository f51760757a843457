import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PreparedRun } from "../src/link.ts";
import { type Member, Rooms } from "../src/rooms.ts";
import { adapterContract } from "./adapter.contract.ts";

class Listener implements Member {
  readonly id: string;
  readonly handshake = {};
  readonly rooms = [];
  readonly data = {};
  readonly heard: PreparedRun[] = [];
  readonly asked: unknown[] = [];

  constructor(id: string) {
    this.id = id;
  }

  join(rooms: readonly string[]): void {
    this.asked.push(["join", ...rooms]);
  }

  leave(room: string): void {
    this.asked.push(["leave", room]);
  }

  disconnect(close = false): void {
    this.asked.push(["disconnect", close]);
  }

  deliver(run: PreparedRun): void {
    this.heard.push(run);
  }
}

function crowd(...ids: string[]): Map<string, Listener> {
  return new Map(ids.map((id) => [id, new Listener(id)]));
}

function roomsOf(sockets: ReadonlyMap<string, Listener>): Rooms<Listener> {
  return new Rooms({ sockets, broadcastPacket: () => 0, report: assert.fail });
}

adapterContract("rooms in memory", (ids) => roomsOf(crowd(...ids)));

test("a broadcast reaches whom the target means, each once", () => {
  const room = fc.constantFrom("a", "b", "c", "1", "2");
  const target = fc.record({ rooms: fc.array(room, { maxLength: 3 }), except: fc.array(room, { maxLength: 2 }) });
  const joins = fc.array(fc.tuple(fc.constantFrom("1", "2", "3"), room), { maxLength: 12 });
  fc.assert(
    fc.property(joins, target, (joined, { rooms, except }) => {
      const members = crowd("1", "2", "3");
      const adapter = roomsOf(members);
      for (const [id, name] of joined) adapter.addAll(id, [name]);
      const isIn = (id: string) => (name: string) => joined.some(([member, other]) => member === id && other === name);
      const meant = [...members.keys()].filter(
        (id) => !except.some(isIn(id)) && (rooms.length === 0 || rooms.some(isIn(id))),
      );
      const run = new PreparedRun([]);
      adapter.deliver(run, { rooms, except });
      assert.deepEqual(adapter.idsOf({ rooms, except }), new Set(meant));
      for (const [id, { heard }] of members) assert.deepEqual(heard, meant.includes(id) ? [run] : []);
    }),
  );
});

test("rooms and their members mirror each other, private rooms included, whoever joins and leaves", () => {
  const name = fc.constantFrom("1", "2", "3", "a");
  const move = fc.record({ kind: fc.constantFrom("addAll", "addAll", "del", "delAll"), id: name, room: name });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 20 }), (moves) => {
      const adapter = roomsOf(crowd("1", "2", "3"));
      const pairs = new Set<string>();
      for (const { kind, id, room } of moves) {
        if (kind === "addAll") adapter.addAll(id, [room]);
        else if (kind === "del") adapter.del(id, room);
        else adapter.delAll(id);
        const gone = kind === "del" ? [`${id} in ${room}`] : [...pairs].filter((pair) => pair.startsWith(id));
        if (kind === "addAll") pairs.add(`${id} in ${room}`);
        else for (const pair of gone) pairs.delete(pair);
        const bySocket = [...adapter.sids].flatMap(([one, rooms]) => [...rooms].map((each) => `${one} in ${each}`));
        const byRoom = [...adapter.rooms].flatMap(([one, ids]) => [...ids].map((each) => `${each} in ${one}`));
        assert.deepEqual(new Set(bySocket), pairs);
        assert.deepEqual(new Set(byRoom), pairs);
      }
    }),
  );
});

test("members are moved and disconnected by room", () => {
  const members = crowd("1", "2");
  const adapter = roomsOf(members);
  adapter.addAll("1", ["a"]);
  const options = { rooms: new Set(["a"]) };
  adapter.addSockets(options, ["b", "c"]);
  adapter.delSockets(options, ["b", "c"]);
  adapter.disconnectSockets(options, true);
  assert.deepEqual(members.get("1")?.asked, [
    ["join", "b", "c"],
    ["leave", "b"],
    ["leave", "c"],
    ["disconnect", true],
  ]);
  assert.deepEqual(members.get("2")?.asked, []);
});
