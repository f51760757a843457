/** What one node asks of the clients of two, and of the other node. */

import assert from "node:assert/strict";
import { finish, heardBy, only, roomsOf, type Scenario } from "./gathering.ts";

export const acks: Readonly<Record<string, Scenario>> = {
  async "a broadcast collects the acks of all nodes, from every client of Socket.IO"(cluster) {
    const crowd = await cluster.crowd(["a"]);
    const able = [...crowd.keys()].filter((name) => name.startsWith("v"));
    for (const [name, guest] of crowd) if (!able.includes(name)) guest.close();
    const all = await cluster.one.to(able).timeout(5_000).emitWithAck("question", "who?");
    assert.deepEqual(all.sort(), able.sort());
    const some = await cluster.other
      .timeout(5_000)
      .to("v4 over polling on 0")
      .emitWithAck("question", Buffer.from("who?"));
    assert.deepEqual(some, ["v4 over polling on 0"]);
    const none = await cluster.one.timeout(5_000).to("nobody").emitWithAck("question");
    assert.deepEqual(none, []);
  },

  async "a broadcast that is not answered by all fails, and says who did"(cluster) {
    const silent = await cluster.guest(1, "silent", { rooms: ["a"] });
    await cluster.guest(0, "talks", { rooms: ["a"] });
    await cluster.settle();
    await new Promise<void>((resolve) => {
      cluster.one
        .to("a")
        .timeout(1_000)
        .emit("question", (error: Error | null, answers: unknown[]) => {
          assert.ok(error instanceof Error);
          assert.equal(error.message, "operation has timed out");
          assert.deepEqual(answers, ["talks"]);
          resolve();
        });
    });
    assert.deepEqual(await silent.next("question").then(([ack]) => typeof ack), "function");
  },

  async "the servers tell each other, with and without an answer"(cluster) {
    const told: unknown[] = [];
    cluster.one.on("hi", (...args: unknown[]) => told.push(["one", ...args]));
    cluster.other.on("hi", (...args: unknown[]) => told.push(["other", ...args]));
    cluster.other.on("question", (what: string, answer: (value: unknown) => void) => answer(`${what} indeed`));
    cluster.one.serverSideEmit("hi", 1, { two: 2 });
    assert.deepEqual(await cluster.one.serverSideEmitWithAck("question", "why"), ["why indeed"]);
    assert.deepEqual(told, [["other", 1, { two: 2 }]]);
    cluster.other.of("/chat").on("connection", () => {});
    await cluster.settle();
    assert.throws(() => cluster.one.serverSideEmit("connection"), /"connection" is a reserved event name/);
  },
};

export const commands: Readonly<Record<string, Scenario>> = {
  async "the sockets of all nodes are fetched, with what they are"(cluster) {
    const crowd = await cluster.crowd(["a"]);
    for (const io of [cluster.one, cluster.other]) {
      const sockets = await io.in("a").fetchSockets();
      assert.deepEqual(sockets.map(({ data }) => data.name).sort(), [...crowd.keys()].sort());
      for (const { id, rooms, data, handshake } of sockets) {
        assert.equal(typeof id, "string");
        assert.deepEqual([...rooms].sort(), [id, "a", data.name].sort());
        assert.equal(handshake.query.name, data.name);
        assert.equal(typeof handshake.headers.host, "string");
        assert.equal(handshake.address, "127.0.0.1");
      }
      assert.deepEqual(await io.in("a").allSockets(), new Set(io.of("/").sockets.keys())); // which is of one node
      assert.deepEqual((await io.in("nobody").fetchSockets()).length, 0);
      assert.equal((await io.except("a").fetchSockets()).length, 0);
      assert.equal((await io.local.fetchSockets()).length, io.of("/").sockets.size);
    }
    assert.equal(await cluster.one.of("/").adapter.serverCount(), 2);
  },

  async "sockets of the other node join, leave and are told as those of one's own"(cluster) {
    const crowd = await cluster.crowd(["a"]);
    cluster.one.in("a").socketsJoin(["x", "y"]);
    await roomsOf(cluster, (rooms) => rooms.has("x") && rooms.has("y"));
    cluster.one.to("x").emit("news", 1);
    await cluster.settle();
    cluster.other.socketsLeave("x");
    await roomsOf(cluster, (rooms) => !rooms.has("x") && rooms.has("y"));
    cluster.one.to("x").emit("news", 2);
    cluster.other.to("y").emit("news", 3);
    await finish(cluster);
    for (const [name, heard] of await heardBy(crowd))
      assert.deepEqual(
        heard.sort(),
        [
          ["news", 1],
          ["news", 3],
        ],
        name,
      );
  },

  async "a fetched socket of the other node is told, moved and put out"(cluster) {
    const guest = await cluster.guest(1, "far");
    await cluster.settle();
    const far = await only(cluster.one.in("far").fetchSockets());
    far.emit("news", 1);
    far.join("x");
    await roomsOf(cluster, (rooms) => rooms.has("x"));
    far.leave("x");
    await roomsOf(cluster, (rooms) => !rooms.has("x"));
    cluster.one.to(far.id).emit("news", 2);
    assert.deepEqual(await far.timeout(5_000).emitWithAck("question"), "far");
    far.disconnect();
    assert.deepEqual((await guest.end()).slice(0, 2), [
      ["news", 1],
      ["news", 2],
    ]);
  },

  async "a room is put out on both nodes, on every wire"(cluster) {
    const crowd = await cluster.crowd(["a"]);
    const stays = await cluster.guest(1, "stays");
    cluster.one.to("a").emit("news", "goodbye");
    cluster.one.in("a").disconnectSockets();
    for (const [name, guest] of crowd) assert.deepEqual(await guest.end(), [["news", "goodbye"]], name);
    const last = await cluster.guest(1, "last", { rooms: ["a"] });
    cluster.one.in("a").disconnectSockets(true);
    assert.deepEqual(await last.end(), []);
    cluster.one.emit("done");
    assert.deepEqual(await stays.before("done"), []);
  },
};

export const ends: Readonly<Record<string, Scenario>> = {
  async "namespaces, named by a pattern too, are apart"(cluster) {
    const chat = await cluster.guest(1, "chat", { namespace: "/chat" });
    const dynamic = await cluster.guest(1, "dynamic", { namespace: "/dynamic-101" });
    const root = await cluster.guest(1, "root");
    cluster.one.of("/dynamic-101");
    await cluster.settle();
    cluster.one.of("/chat").emit("news", 1);
    cluster.one.of("/dynamic-101").to("dynamic").emit("news", 2);
    for (const name of ["/chat", "/dynamic-101"]) cluster.one.of(name).emit("done");
    cluster.one.emit("done");
    assert.deepEqual(await chat.before("done"), [["news", 1]]);
    assert.deepEqual(await dynamic.before("done"), [["news", 2]]);
    assert.deepEqual(await root.before("done"), []);
  },

  async "a node that is gone is not waited for"(cluster) {
    const here = await cluster.guest(0, "here", { rooms: ["a"] });
    const there = await cluster.guest(1, "there", { rooms: ["a"] });
    await cluster.settle();
    assert.equal((await cluster.one.in("a").fetchSockets()).length, 2);
    await cluster.other.close();
    await there.end();
    await cluster.settle();
    assert.equal(await cluster.one.of("/").adapter.serverCount(), 1);
    assert.equal((await cluster.one.in("a").fetchSockets()).length, 1);
    assert.deepEqual(await cluster.one.timeout(5_000).to("a").emitWithAck("question"), ["here"]);
    assert.deepEqual(await cluster.one.serverSideEmitWithAck("question"), []);
    cluster.one.to("a").emit("done");
    assert.deepEqual(
      (await here.before("done")).map(([name]) => name),
      ["question"],
    );
  },
};
