import assert from "node:assert/strict";
import { test } from "node:test";
import { RemoteSocket } from "../src/remote-socket.ts";
import { handshake, tick, World } from "./world.ts";

test("a socket of this node is itself", async () => {
  const world = new World();
  const socket = world.socketOf(await world.connect());
  assert.deepEqual(await world.namespace.fetchSockets(), [socket]);
});

test("of another node it is what is known of it, and what it is told goes to its private room", async () => {
  const world = new World();
  const peer = await world.connect();
  const other = await world.connect();
  const { id } = world.socketOf(peer);
  const details = { id, handshake, rooms: [id, "a"], data: { name: "x" } };
  const remote = RemoteSocket.of(details, (room) => world.namespace.operator.to(room));
  assert.deepEqual(
    [remote.id, remote.handshake, remote.rooms, remote.data],
    [id, handshake, new Set([id, "a"]), { name: "x" }],
  );
  remote.emit("e", 1);
  remote.join(["b", "c"]);
  remote.leave("c");
  await tick();
  assert.deepEqual([peer.link.names, other.link.names], [["e"], []]);
  assert.deepEqual([...world.socketOf(peer).rooms], [id, "b"]);
  const answer = remote.timeout(1_000).emitWithAck("ask");
  await tick();
  peer.link.handler.answered(peer.link.received.at(-1)?.ack ?? 0, { args: ["yes"] });
  assert.deepEqual(await answer, ["yes"]);
  remote.disconnect(true);
  await tick();
  assert.equal(world.namespace.sockets.size, 1);
});
