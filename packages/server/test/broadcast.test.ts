import assert from "node:assert/strict";
import { test } from "node:test";
import type { AckError } from "../src/acks.ts";
import { CountingFormat } from "./fake-link.ts";
import { LateHistory } from "./late-history.ts";
import { memoryHistory, type Peer, tick, World } from "./world.ts";

async function crowd(world: World, ...rooms: string[][]): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const own of rooms) {
    const peer = await world.connect();
    await world.socketOf(peer).join(own);
    peers.push(peer);
  }
  return peers;
}

test("an operator chooses by rooms and exclusions, and never changes", async () => {
  const world = new World();
  const peers = await crowd(world, ["a"], ["b"], ["a", "b"], []);
  const { operator } = world.namespace;
  const inA = operator.to("a");
  inA.to("b").emit("a or b");
  inA.except("b").emit("a, not b");
  operator.except(["a", "b"]).emit("neither");
  inA.emit("a");
  operator.emit("all");
  operator.volatile.send("volatile");
  await tick();
  assert.deepEqual(
    peers.map(({ link }) => link.names),
    [
      ["a or b", "a, not b", "a", "all", "message"],
      ["a or b", "all", "message"],
      ["a or b", "a", "all", "message"],
      ["neither", "all", "message"],
    ],
  );
});

test("sockets can be fetched, moved and disconnected by room, after what was emitted before", async () => {
  for (const history of [undefined, new LateHistory(memoryHistory(), { answers: "soon" })]) {
    const world = new World({ history });
    const peers = await crowd(world, ["a"], ["b"]);
    const { operator } = world.namespace;
    operator.to("c").emit("too early");
    operator.in("a").socketsJoin(["c", "d"]);
    operator.to("c").emit("in c");
    operator.in("c").socketsLeave("d");
    operator.to("d").emit("too late");
    const fetched = await operator.in("c").fetchSockets();
    assert.deepEqual(fetched, [world.socketOf(peers[0]!)]);
    assert.deepEqual([...fetched[0]!.rooms].slice(1), ["a", "c"]);
    operator.to("c").emit("bye");
    operator.in("c").disconnectSockets();
    await operator.fetchSockets();
    assert.deepEqual(
      peers.map(({ link }) => [link.names, link.closedFor]),
      [
        [["in c", "bye"], "disconnected"],
        [[], undefined],
      ],
    );
    assert.equal(world.namespace.sockets.size, 1);
  }
});

test("a broadcast is encoded once for all, and a burst to one room joined once", async () => {
  const world = new World();
  const format = new CountingFormat();
  for (let count = 0; count < 100; count++) await world.socketOf(await world.connect({}, { format })).join("a");
  for (let count = 0; count < 16; count++) world.namespace.operator.to("a").emit("tick", count);
  await tick();
  assert.deepEqual([format.encoded, format.joined], [16, 1]);
});

test("a broadcast's acks: those that can answer do, those that go or cannot are not waited for", async () => {
  const world = new World();
  const [one, two, gone] = await crowd(world, ["a"], ["a"], ["a"]);
  await world.socketOf(await world.connect({}, { canAck: false })).join("a");
  assert.ok(one !== undefined && two !== undefined && gone !== undefined);
  const asked = world.namespace.operator.to("a").emitWithAck("x");
  await tick();
  for (const peer of [one, two]) peer.link.handler.answered(peer.link.received[0]?.ack ?? 0, { args: ["ok"] });
  gone.link.cut();
  assert.deepEqual(await asked, ["ok", "ok"]);
  assert.deepEqual(await world.namespace.operator.to("nobody").emitWithAck("x"), []);
  assert.deepEqual(world.namespace.waiting.acks, 0);
});

test("a broadcast whose time runs out tells the answers that came", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const world = new World();
  const [one] = await crowd(world, [], []);
  const outcomes: unknown[] = [];
  world.namespace.operator.timeout(100).emit("x", (error: AckError, answers: unknown[]) => {
    outcomes.push([error.code, error.responses, answers]);
  });
  await tick();
  one?.link.handler.answered(one.link.received[0]?.ack ?? 0, { args: ["ok"] });
  t.mock.timers.tick(100);
  assert.deepEqual(outcomes, [["timeout", ["ok"], ["ok"]]]);
});

test("a question is answered as of its turn, not of later", async () => {
  const world = new World();
  const [peer] = await crowd(world, ["left"]);
  const socket = world.socketOf(peer!);
  const left = world.namespace.in("left").fetchSockets();
  const joined = world.namespace.in("joined").fetchSockets();
  void socket.leave("left");
  void socket.join("joined");
  assert.deepEqual([(await left).length, (await joined).length], [1, 0]);
});
