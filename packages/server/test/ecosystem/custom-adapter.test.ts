/** Adapters that users write themselves, on the one of socket.io-adapter. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Adapter, type BroadcastOptions } from "socket.io-adapter";
import { type Guest, plainWays, socketIoWays } from "./guests.ts";
import { hasPlainWire, type Node, Stage, serverNames } from "./servers.ts";

type Packet = Parameters<Adapter["broadcast"]>[0];

/** What it is asked for, in order. */
const asked: unknown[][] = [];

/** Tells what it is asked for, adds a room of its own, and an argument to each event. */
class TellingAdapter extends Adapter {
  override addAll(id: string, rooms: Set<string>): void {
    asked.push(["addAll", ...rooms]);
    super.addAll(id, new Set([...rooms].map((room) => (room === "alias" ? "a" : room))));
  }

  override del(id: string, room: string): void {
    asked.push(["del", room]);
    super.del(id, room);
  }

  override delAll(id: string): void {
    asked.push(["delAll"]);
    super.delAll(id);
  }

  override broadcast(packet: Packet, options: BroadcastOptions): void {
    asked.push(["broadcast", packet.data[0], ...options.rooms]);
    super.broadcast({ ...packet, data: [...packet.data, "stamped"] }, options);
  }
}

async function open(stage: Stage, name: Node["name"], adapter: typeof Adapter): Promise<Node> {
  const node = await stage.node(name, { adapter, allowEIO3: true, plain: { path: "/anywire" } });
  node.io.on("connection", (socket) => {
    socket.on("disconnect", () => node.io.emit("left", socket.data.name));
    socket.data.name = socket.handshake.query.name;
    void socket.join(["alias", "b"]);
    void socket.leave("b");
    socket.emit("welcome", socket.id);
  });
  return node;
}

async function visit(stage: Stage, { name, url }: Node, way: string): Promise<Guest> {
  const open = socketIoWays[way] ?? plainWays[way];
  assert.ok(open);
  const guest = open(url, { name: way });
  stage.defer(() => guest.close());
  assert.deepEqual((await guest.before("welcome")).length, 0, name);
  return guest;
}

for (const name of serverNames) {
  const ways = Object.keys(hasPlainWire(name) ? { ...socketIoWays, ...plainWays } : socketIoWays);

  for (const way of ways) {
    test(`${name}: every step of a client that is ${way} goes through the adapter`, { timeout: 20_000 }, async (t) => {
      const stage = new Stage(t);
      const node = await open(stage, name, TellingAdapter);
      asked.length = 0;
      const guest = await visit(stage, node, way);
      const [socket] = [...node.io.of("/").sockets.values()];
      assert.ok(socket);
      assert.deepEqual(asked, [
        ["addAll", socket.id],
        ["addAll", "alias", "b"],
        ["del", "b"],
      ]);
      assert.deepEqual([...socket.rooms], [socket.id, "a"]);
      node.io.to("a").emit("news", 1);
      node.io.to("alias").emit("news", 2);
      socket.emit("news", 3);
      node.io.emit("done");
      assert.deepEqual(await guest.before("done"), [
        ["news", 1, "stamped"],
        ["news", 3],
      ]);
      asked.length = 0;
      const left = new Promise((resolve) => socket.on("disconnect", resolve));
      socket.disconnect();
      await left;
      await new Promise(setImmediate); // ours hands over what was emitted at the end of a turn
      assert.deepEqual(asked, [["delAll"], ["broadcast", "left"]]);
      assert.equal(node.io.of("/").adapter.sids.size, 0);
    });
  }
}

for (const name of serverNames) {
  test(`${name}: an adapter tells of rooms that come and go, of who joins and leaves`, async (t) => {
    const stage = new Stage(t);
    const node = await open(stage, name, Adapter);
    const adapter = node.io.of("/").adapter;
    const told: unknown[][] = [];
    for (const event of ["create-room", "join-room", "leave-room", "delete-room"])
      adapter.on(event, (...args: unknown[]) => told.push([event, ...args]));
    const guest = await visit(stage, node, "v4 over WebSocket");
    const [id = ""] = adapter.sids.keys();
    const entered = (room: string): unknown[][] => [
      ["create-room", room],
      ["join-room", room, id],
    ];
    const left = (room: string): unknown[][] => [
      ["leave-room", room, id],
      ["delete-room", room],
    ];
    assert.deepEqual(told.splice(0), [...entered(id), ...entered("alias"), ...entered("b"), ...left("b")]);
    assert.deepEqual([...adapter.rooms.keys()], [id, "alias"]);
    assert.deepEqual(adapter.socketRooms(id), new Set([id, "alias"]));
    assert.deepEqual(await adapter.sockets(new Set(["alias"])), new Set([id]));
    const gone = new Promise((resolve) => node.io.of("/").sockets.get(id)?.on("disconnect", resolve));
    guest.close();
    await gone;
    assert.deepEqual(told, [...left(id), ...left("alias")]);
    assert.equal(adapter.rooms.size, 0);
  });

  test(`${name}: the adapter is changed for the namespaces there are and will be`, async (t) => {
    const node = await new Stage(t).node(name);
    class Other extends Adapter {}
    const before = node.io.of("/before");
    node.io.adapter(Other);
    assert.ok(node.io.adapter() === Other);
    assert.ok(before.adapter instanceof Other);
    assert.ok(node.io.of("/after").adapter instanceof Other);
    assert.ok(node.io.of("/").adapter instanceof Other);
    assert.ok(node.io.of("/").adapter instanceof Adapter);
  });
}

for (const name of serverNames) {
  test(`${name}: each namespace has an adapter, which is closed with the server; a parent of namespaces has none`, async (t) => {
    const told: string[] = [];
    class Told extends Adapter {
      override init(): void {
        told.push(`init ${this.nsp.name}`);
      }

      override close(): void {
        told.push(`close ${this.nsp.name}`);
      }
    }
    const { io } = await new Stage(t).node(name, { adapter: Told });
    io.of("/chat");
    io.of(/^\/dynamic/);
    await io.close();
    assert.deepEqual(told, ["init /", "init /chat", "close /", "close /chat"]);
  });
}
