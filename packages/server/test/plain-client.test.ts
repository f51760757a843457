import assert from "node:assert/strict";
import { test } from "node:test";
import { PreparedRun } from "../src/link.ts";
import { tick, World } from "./world.ts";

test("of a plain wire, programs find what they look for in an Engine.IO session", async () => {
  const world = new World();
  const socket = world.socketOf(await world.connect());
  const { client } = socket;
  assert.equal(client, socket.client, "made once");
  const { conn, request } = client;
  assert.deepEqual(
    [client.id, conn.id, conn.protocol, conn.readyState, conn.upgraded, conn.transport.name, conn.remoteAddress],
    [socket.id, socket.id, 4, "open", false, "websocket", "127.0.0.1"],
  );
  assert.deepEqual([request.method, request.url, conn.request === request], ["GET", "/anywire", true]);
  conn.on("upgrade", () => assert.fail("it stays where it is"));
  conn.close();
  assert.deepEqual([conn.readyState, socket.connected], ["closed", false]);
});

test("an adapter that writes to it reaches the socket on its own wire", async () => {
  const world = new World();
  const peer = await world.connect();
  const { client } = world.socketOf(peer);
  const { encoder } = world.server;
  const event = { name: "e", args: [1], id: undefined, ack: undefined };
  client.writeToEngine(encoder.encode(encoder.packetOf("/", event, new PreparedRun([event]))));
  client.writeToEngine('2["unknown"]');
  await tick();
  assert.deepEqual(peer.link.received, [event]);
});

test("the socket's connection closes with it", async () => {
  const world = new World();
  const peer = await world.connect();
  world.socketOf(peer).disconnect(true);
  assert.equal(peer.link.closedFor, "disconnected");
});
