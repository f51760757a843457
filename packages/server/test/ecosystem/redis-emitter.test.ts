/** The official emitter, which talks to nodes of socket.io's and ours from outside, through Redis. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createAdapter } from "@socket.io/redis-adapter";
import { Emitter } from "@socket.io/redis-emitter";
import { findRedis, noRedis } from "../../../../scripts/redis.ts";
import { Cluster, pairs } from "./cluster.ts";
import { roomsOf } from "./gathering.ts";
import { RedisServer } from "./redis-server.ts";
import { Stage } from "./servers.ts";

const skip = findRedis() === undefined ? noRedis : false;
let redis: RedisServer;

before(async () => {
  if (skip === false) redis = await RedisServer.start();
});
after(() => redis?.stop());

for (const pair of pairs) {
  test(`${pair.join(" and ")}: a program beside them emits, moves sockets and puts them out`, {
    skip,
    timeout: 30_000,
  }, async (t) => {
    const stage = new Stage(t);
    const key = pair.join("+");
    const broker = redis.broker((publisher, subscriber) => createAdapter(publisher, subscriber, { key }));
    const cluster = await Cluster.open(stage, pair, broker);
    const client = await redis.connect();
    stage.defer(() => client.close());
    const emitter = new Emitter(client, { key });
    const crowd = await cluster.crowd(["a"]);
    const chat = await cluster.guest(1, "chat", { namespace: "/chat" });
    await cluster.settle();

    emitter.emit("news", 1);
    emitter.to("a").emit("bytes", Buffer.from([1, 2]));
    emitter.except("a").emit("news", "no");
    emitter.of("/chat").to("chat").emit("news", 2);
    emitter.in("a").socketsJoin("x");
    await roomsOf(cluster, (rooms) => rooms.has("x"));
    emitter.socketsLeave("a");
    await roomsOf(cluster, (rooms) => !rooms.has("a"));
    const told = new Promise((resolve) => cluster.other.on("hi", (...args: unknown[]) => resolve(args)));
    emitter.serverSideEmit("hi", 1, "two");
    assert.deepEqual(await told, [1, "two"]);
    emitter.in("x").disconnectSockets();
    const heard = [
      ["news", 1],
      ["bytes", Buffer.from([1, 2])],
    ];
    for (const [name, guest] of crowd) {
      assert.deepEqual(await guest.end(), heard, name);
    }
    emitter.of("/chat").emit("done");
    assert.deepEqual(await chat.before("done"), [["news", 2]]);
  });
}
