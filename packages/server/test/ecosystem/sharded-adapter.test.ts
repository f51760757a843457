/** The sharded Redis adapter, on a real Redis, between nodes of socket.io's and ours. */

import { after, before } from "node:test";
import { createShardedAdapter } from "@socket.io/redis-adapter";
import { findRedis, noRedis } from "../../../../scripts/redis.ts";
import { clusterContract } from "./cluster.contract.ts";
import { RedisServer } from "./redis-server.ts";

const skip = findRedis() === undefined ? noRedis : false;
let redis: RedisServer;
let prefix = 0;

before(async () => {
  if (skip === false) redis = await RedisServer.start();
});
after(() => redis?.stop());

clusterContract(() => {
  const key = `test-${prefix++}`;
  return redis.broker((publisher, subscriber) => createShardedAdapter(publisher, subscriber, { channelPrefix: key }));
}, skip);
