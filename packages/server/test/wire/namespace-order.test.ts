/** What is emitted in several namespaces of one connection arrives as it was emitted. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Manager } from "socket.io-client";
import { Server } from "../../src/index.ts";

test("broadcasts and direct sends of two namespaces keep their order on a connection that carries both", async (t) => {
  const httpServer = createServer().listen(0, "127.0.0.1");
  const io = new Server(httpServer);
  t.after(() => io.close());
  await once(httpServer, "listening");
  const manager = new Manager(`http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`, {
    transports: ["websocket"],
  });
  const [a, b] = [manager.socket("/a"), manager.socket("/b")];
  t.after(() => {
    a.disconnect();
    b.disconnect();
  });
  const [inA, inB] = await Promise.all([
    new Promise<{ emit(name: string, n: number): boolean }>((resolve) => io.of("/a").on("connection", resolve)),
    new Promise<{ emit(name: string, n: number): boolean }>((resolve) => io.of("/b").on("connection", resolve)),
    once(a as never, "connect"),
    once(b as never, "connect"),
  ]);
  const heard: number[] = [];
  const all = new Promise<void>((resolve) => {
    for (const client of [a, b]) client.on("n", (n: number) => heard.push(n) === 40 && resolve());
  });
  for (let n = 0; n < 40; n += 4) {
    io.of("/a").emit("n", n);
    inB.emit("n", n + 1);
    io.of("/b").emit("n", n + 2);
    inA.emit("n", n + 3);
  }
  await all;
  assert.deepEqual(
    heard,
    Array.from({ length: 40 }, (_, n) => n),
  );
});
