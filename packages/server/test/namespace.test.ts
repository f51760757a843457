import assert from "node:assert/strict";
import { test } from "node:test";
import type { Socket } from "../src/socket.ts";
import { memoryHistory, type Peer, tick, World } from "./world.ts";

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

test("shutting down closes every link, spread over the window, and tells when to come back", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const world = new World({ history: memoryHistory() });
  const peers: Peer[] = [];
  for (let count = 0; count < 4; count++) peers.push(await world.connect({}, { closes: "later" }));
  let isDone = false;
  const done = world.namespace.shutDown(1000).then(() => {
    isDone = true;
  });
  for (const count of [1, 2, 3, 4]) {
    assert.equal(peers.filter(({ link }) => link.closedFor === "shutting-down").length, count);
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

test("shutting down ends when the last is gone, though the window is longer and its listeners are gone too", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const world = new World();
  await world.namespace.shutDown(1000);
  const peers = [await world.connect(), await world.connect()];
  const done = world.namespace.shutDown(1e9);
  for (const peer of peers.slice(1)) {
    world.socketOf(peer).removeAllListeners();
    peer.link.cut();
  }
  await done;
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
  const { adapter, sockets, sessions, waiting } = world.namespace;
  assert.deepEqual([adapter.rooms.size, adapter.sids.size, sockets.size, sessions.sizes.live], [0, 0, 0, 0]);
  assert.equal(waiting.acks, 0);
  assert.equal(sessions.sizes.parked, 50_000, "those who were cut may come back");
});

test("namespace.emit broadcasts, and calls no listener of the namespace's own", async () => {
  const world = new World();
  const { link } = await world.connect();
  world.namespace.on("error", () => assert.fail("it is not an EventEmitter's emit"));
  world.namespace.emit("news", 1);
  world.namespace.pipeline.seal();
  assert.deepEqual(link.names, ["news"]);
  assert.throws(() => world.namespace.emit("connect"), /reserved/);
});
