import assert from "node:assert/strict";
import { test } from "node:test";
import { PacketType } from "@anywire/protocol/socket";
import { patience, RawHouse, socketsOf, until } from "./raw-house.ts";
import { tick, World } from "./world.ts";

test("an error goes to the namespace's listeners, else to those of the main one, else it is a warning", async (t) => {
  const world = new World();
  const other = world.server.of("/a");
  const told: unknown[] = [];
  const warned = t.mock.method(process, "emitWarning", () => {});
  other.report("unheard", undefined, "e");
  world.server.on("error", (error, _socket, event) => told.push(["main", error, event]));
  other.report("one", undefined, "e");
  other.on("error", (error) => told.push(["own", error]));
  other.report("two", undefined, "e");
  assert.deepEqual(told, [
    ["main", "one", "e"],
    ["own", "two"],
  ]);
  assert.deepEqual(warned.mock.calls[0]?.arguments, ["'unheard'", "UnhandledServerError"]);
});

test("both names of the first event are told, connect before connection, of sockets that are in already", async () => {
  const world = new World();
  const told: unknown[] = [];
  world.namespace.on("connection", (socket) => told.push(["connection", socket.connected, [...socket.rooms]]));
  world.namespace.on("connect", (socket) => told.push(["connect", world.namespace.sockets.has(socket.id)]));
  const socket = world.socketOf(await world.connect());
  assert.deepEqual(told, [
    ["connect", true],
    ["connection", true, [socket.id]],
  ]);
});

test("numbers of acks ascend, for sockets and broadcasts together", patience, async (t) => {
  const house = await RawHouse.open(t);
  const client = await house.client();
  const [socket] = socketsOf(house);
  socket?.emit("a", () => {});
  house.io.timeout(60_000).emit("b", () => {});
  await until(() => house.io.sockets._ids === 2);
  socket?.emit("c", () => {});
  assert.deepEqual(await client.several(3), ['420["a"]', '421["b"]', '422["c"]']);
  client.send("43999[1]", "430[]", "431[]", "432[]");
  await until(() => house.io.stats().acks === 0);
});

test("an adapter's broadcast is one like any other, and counts whom it asks", async () => {
  const world = new World();
  const [peer, other] = [await world.connect(), await world.connect()];
  const answers: unknown[] = [];
  const packet = { type: 2 as const, nsp: "/", data: ["e", 1] };
  const except = new Set([world.socketOf(other).id]);
  assert.equal(world.namespace.broadcastPacket(packet, { rooms: new Set(), except }), 0);
  assert.equal(
    world.namespace.broadcastPacket(packet, { rooms: new Set() }, (answer) => answers.push(answer)),
    2,
  );
  await tick();
  assert.deepEqual([peer.link.names, other.link.names], [["e", "e"], ["e"]]);
  for (const { link } of [peer, other]) link.handler.answered(link.received.at(-1)?.ack ?? 0, { args: ["yes"] });
  assert.deepEqual(answers, ["yes", "yes"]);
});

test("what an adapter cannot broadcast is reported, and ends nothing", async () => {
  const world = new World();
  const { link } = await world.connect();
  const reported: unknown[] = [];
  world.namespace.on("error", (error, _socket, event) => reported.push([error.constructor.name, event]));
  const packets: readonly [type: PacketType, data: unknown][] = [
    [PacketType.DISCONNECT, undefined],
    [PacketType.ACK, ["e"]],
    [PacketType.EVENT, undefined],
    [PacketType.EVENT, "e"],
    [PacketType.EVENT, []],
    [PacketType.EVENT, [{}]],
  ];
  for (const [type, data] of packets)
    assert.equal(world.namespace.broadcastPacket({ type, nsp: "/", data }, { rooms: new Set() }), 0);
  world.namespace.broadcastPacket({ type: PacketType.BINARY_EVENT, nsp: "/", data: [1] }, { rooms: new Set() });
  await tick();
  assert.deepEqual(reported, Array(packets.length).fill(["TypeError", "adapter"]));
  assert.deepEqual(link.names, ["1"]);
});

test("shut down, it waits for its sockets, and closes its adapter", async (t) => {
  const world = new World();
  const closed = t.mock.method(world.namespace.adapter, "close", () => {});
  const peer = await world.connect({}, { closes: "later" });
  let isDown = false;
  const down = world.namespace.shutDown(0).then(() => {
    isDown = true;
  });
  await tick();
  assert.deepEqual([peer.link.closedFor, isDown, closed.mock.callCount()], ["shutting-down", false, 0]);
  peer.link.cut();
  await down;
  assert.equal(closed.mock.callCount(), 1);
});
