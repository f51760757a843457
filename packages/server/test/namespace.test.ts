import assert from "node:assert/strict";
import { test } from "node:test";
import type { AckError } from "../src/acks.ts";
import type { Socket } from "../src/socket.ts";
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
  assert.deepEqual(world.namespace.acks.sizes, { waiting: 0, owing: 0 });
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

test("an error without a listener is a warning of the process, whatever was thrown", async () => {
  const world = new World();
  const { link } = await world.connect();
  const thrown = [new Error("broken"), "text", null, Object.create(null), Symbol("odd")];
  const warned: string[] = [];
  const done = new Promise<void>((resolve) => {
    process.on("warning", function listen(warning) {
      if (warning.name !== "UnhandledServerError") return;
      if (warned.push(warning.message) < thrown.length) return;
      process.off("warning", listen);
      resolve();
    });
  });
  const [socket] = world.namespace.sockets.values();
  for (const each of thrown) {
    socket?.once("x", () => {
      throw each;
    });
    link.handler.receive({ name: "x", args: [], id: undefined }, undefined);
  }
  await done;
  assert.match(warned[0] ?? "", /^Error: broken\n +at /, "with its stack");
  assert.deepEqual(warned.slice(1), ["'text'", "null", "[Object: null prototype] {}", "Symbol(odd)"]);
});

test("an error in the error listener is a warning, and ends nothing", async () => {
  const world = new World();
  const { link } = await world.connect();
  world.namespace.on("error", () => {
    throw new Error("in the error listener");
  });
  world.namespace.sockets
    .values()
    .next()
    .value?.on("x", () => {
      throw new Error("in the handler");
    });
  const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
  link.handler.receive({ name: "x", args: [], id: undefined }, undefined);
  assert.match((await warned).message, /in the error listener/);
});

test("shutting down closes every link, tells when to come back, and waits for the last", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const world = new World({ history: memoryHistory() });
  const peers: Peer[] = [];
  for (let count = 0; count < 4; count++) peers.push(await world.connect({}, { closes: "later" }));
  let isDone = false;
  const done = world.namespace.shutDown(1000).then(() => {
    isDone = true;
  });
  const closed = (): number => peers.filter(({ link }) => link.closedFor === "shutting-down").length;
  for (const count of [1, 2, 3, 4]) {
    assert.equal(closed(), count, "spread over the window");
    t.mock.timers.tick(250);
  }
  for (const { link } of peers) {
    assert.ok((link.retry ?? 0) >= 1000 && (link.retry ?? 0) <= 2000, `${link.retry}`);
    await tick();
    assert.equal(isDone, false);
    link.cut();
  }
  await done;
  assert.deepEqual(world.namespace.sessions.sizes, { live: 0, parked: 4 }, "they may come back");
});

test("100,000 that connect, join, leave and go leave nothing behind", async () => {
  const world = new World({ history: memoryHistory({ events: 100 }) });
  world.namespace.on("connection", (socket: Socket) => {
    void socket.join([`room ${Math.random()}`, `room ${Math.random()}`]);
  });
  for (let count = 0; count < 100_000; count++) {
    const { link, admission } = await world.connect();
    const socket = world.namespace.sessions.find(admission.session);
    void socket?.leave([...socket.rooms].at(-1) ?? "");
    if (count % 10 === 0) world.namespace.operator.to(`room ${Math.random()}`).emit("x");
    if (count % 100 === 0) void socket?.emitWithAck("x").catch(() => {});
    if (count % 2 === 0) link.cut();
    else socket?.disconnect();
  }
  await tick();
  const { rooms, sockets, sessions, acks } = world.namespace;
  assert.deepEqual([rooms.rooms.size, rooms.sids.size, sockets.size, sessions.sizes.live], [0, 0, 0, 0]);
  assert.deepEqual(acks.sizes, { waiting: 0, owing: 0 });
  assert.ok(sessions.sizes.parked <= 10_001);
});
