import assert from "node:assert/strict";
import { test } from "node:test";
import { tick, World } from "./world.ts";

test("onAny hears what the client sends, before its listeners; prependAny before that; offAny no more", async () => {
  const world = new World();
  const peer = await world.connect();
  const socket = world.socketOf(peer);
  const heard: unknown[] = [];
  const any = (...event: unknown[]): void => void heard.push(["any", ...event]);
  socket.on("e", (...args) => heard.push(["own", ...args]));
  socket.onAny(any).prependAny((name) => heard.push(["first", name]));
  const send = (): void => peer.link.handler.receive({ name: "e", args: [1], id: undefined }, undefined);
  send();
  assert.deepEqual(heard, [
    ["first", "e"],
    ["any", "e", 1],
    ["own", 1],
  ]);
  assert.equal(socket.listenersAny().length, 2);
  socket.offAny(any);
  assert.equal(socket.listenersAny().length, 1);
  socket.offAny();
  heard.length = 0;
  send();
  assert.deepEqual(heard, [["own", 1]]);
});

test("onAnyOutgoing hears what is sent to the client, broadcasts included, and what it fails at is reported", async () => {
  const world = new World();
  const errors: unknown[] = [];
  world.namespace.on("error", (error, _socket, event) => errors.push([error, event]));
  const peer = await world.connect();
  const socket = world.socketOf(peer);
  const heard: unknown[] = [];
  socket.onAnyOutgoing((...event) => heard.push(event));
  socket.prependAnyOutgoing(() => Promise.reject("bad"));
  assert.equal(socket.listenersAnyOutgoing().length, 2);
  socket.emit("one", 1);
  world.namespace.emit("all", 2);
  world.namespace.to("nobody").emit("none");
  await tick();
  assert.deepEqual(heard, [
    ["one", 1],
    ["all", 2],
  ]);
  assert.deepEqual(errors, [
    ["bad", "one"],
    ["bad", "all"],
  ]);
  assert.deepEqual(peer.link.names, ["one", "all"]);
  socket.offAnyOutgoing();
  socket.emit("two");
  await tick();
  assert.equal(heard.length, 2);
});

test("middlewares of the socket see each event in order, and may change it", async () => {
  const world = new World();
  const peer = await world.connect();
  const socket = world.socketOf(peer);
  const heard: unknown[] = [];
  socket
    .use((event, next) => {
      event[1] = "changed";
      next();
    })
    .use((event, next) => (event[0] === "bad" ? next(new Error("no")) : next()))
    .on("error", (error) => heard.push(error.message))
    .on("bad", () => assert.fail("refused"))
    .on("e", (value) => heard.push(value));
  for (const name of ["e", "bad"]) peer.link.handler.receive({ name, args: ["sent"], id: undefined }, undefined);
  await tick();
  assert.deepEqual(heard, ["changed", "no"]);
});
