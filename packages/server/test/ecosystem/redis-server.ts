/** A Redis of a test: in a folder of its own, on a socket there, with nothing kept. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createClient } from "redis";
import { findRedis } from "../../../../scripts/redis.ts";
import type { Broker, Seat } from "./cluster.ts";

export type RedisClient = ReturnType<typeof createClient>;

export type AdapterOf = (publisher: RedisClient, subscriber: RedisClient) => Seat["adapter"];

export class RedisServer {
  /** Of its socket. */
  readonly path: string;
  private readonly end: () => Promise<void>;

  private constructor(path: string, end: () => Promise<void>) {
    this.path = path;
    this.end = end;
  }

  static async start(): Promise<RedisServer> {
    const program = findRedis();
    assert.ok(program);
    const folder = mkdtempSync(join(tmpdir(), "anywire-redis-"));
    const path = join(folder, "redis.sock");
    const settings = ["--port", "0", "--unixsocket", path, "--dir", folder, "--save", "", "--appendonly", "no"];
    const redis = spawn(program, settings, { stdio: ["ignore", "pipe", "ignore"] });
    const ended = once(redis, "exit");
    const lines = createInterface(redis.stdout);
    await new Promise<void>((resolve, reject) => {
      lines.on("line", (line) => line.includes("ready to accept connections") && resolve());
      redis.once("exit", () => reject(new Error("Redis did not start")));
    });
    return new RedisServer(path, async () => {
      redis.kill();
      await ended;
      rmSync(folder, { recursive: true });
    });
  }

  async connect(): Promise<RedisClient> {
    const client: RedisClient = createClient({ socket: { path: this.path, tls: false } });
    client.on("error", () => {});
    await client.connect();
    return client;
  }

  /** @returns what seats nodes on adapters that this makes */
  broker(adapterOf: AdapterOf): Broker {
    return async (stage) => {
      const publisher = await this.connect();
      const subscriber = await this.connect();
      stage.defer(() => publisher.close());
      stage.defer(() => subscriber.close());
      const settle = async (): Promise<void> => {
        await publisher.ping();
        await subscriber.ping();
      };
      return { adapter: adapterOf(publisher, subscriber), settle };
    };
  }

  stop(): Promise<void> {
    return this.end();
  }
}
