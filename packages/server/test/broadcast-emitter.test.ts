import assert from "node:assert/strict";
import { test } from "node:test";
import type { Namespace } from "../src/namespace.ts";
import type { Server } from "../src/server.ts";
import { tick, World } from "./world.ts";

type Speaker = Server | Namespace;

const speakers: readonly [name: string, speakerOf: (world: World) => Speaker][] = [
  ["the server", (world) => world.server],
  ["a namespace", (world) => world.namespace],
];

/** Who of those "in" the room and those "out" of it hears. */
const utterances: readonly [
  name: string,
  say: (speaker: Speaker) => unknown,
  heard: [inRoom: string[], out: string[]],
][] = [
  ["emit", (speaker) => speaker.emit("x"), [["x"], ["x"]]],
  ["send", (speaker) => speaker.send("text"), [["message"], ["message"]]],
  ["write", (speaker) => speaker.write("text"), [["message"], ["message"]]],
  ["to", (speaker) => speaker.to("room").emit("x"), [["x"], []]],
  ["in", (speaker) => speaker.in(["room"]).emit("x"), [["x"], []]],
  ["except", (speaker) => speaker.except("room").emit("x"), [[], ["x"]]],
  ["compress", (speaker) => speaker.compress(false).emit("x"), [["x"], ["x"]]],
  ["volatile", (speaker) => speaker.volatile.emit("x"), [["x"], ["x"]]],
  ["local", (speaker) => speaker.local.emit("x"), [["x"], ["x"]]],
  ["timeout", (speaker) => speaker.timeout(1).to("room").emit("x"), [["x"], []]],
];

for (const [who, speakerOf] of speakers) {
  for (const [method, say, heard] of utterances) {
    test(`${method} of ${who}`, async () => {
      const world = new World();
      const peers = [await world.connect(), await world.connect()];
      const [inRoom] = world.namespace.sockets.values();
      await inRoom?.join("room");
      say(speakerOf(world));
      await tick();
      assert.deepEqual(
        peers.map(({ link }) => link.names),
        heard,
      );
    });
  }

  test(`${who} moves, finds and disconnects everyone`, async () => {
    const world = new World();
    const speaker = speakerOf(world);
    const { id } = world.socketOf(await world.connect());
    speaker.socketsJoin(["a", "b"]);
    speaker.socketsLeave("a");
    const [found] = await speaker.fetchSockets();
    assert.deepEqual([found?.id, found?.rooms], [id, new Set([id, "b"])]);
    assert.deepEqual(await speaker.allSockets(), new Set([id]));
    assert.deepEqual(await new Promise((resolve) => speaker.clients((_error, ids) => resolve(ids))), [id]);
    speaker.disconnectSockets();
    assert.equal(world.namespace.sockets.size, 0);
  });

  test(`${who} asks everyone`, async () => {
    const world = new World();
    await world.connect();
    const answers = speakerOf(world).emitWithAck("question");
    await tick();
    const [socket] = world.namespace.sockets.values();
    socket?.answered(0, { args: ["answer"] });
    assert.deepEqual(await answers, ["answer"]);
  });
}
