/** In Node.js, where there are no tabs, `shared` is taken and changes nothing. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Server } from "@anywire/server";
import { io } from "../../src/node-shared.ts";

test("a socket has its own connection", { timeout: 10_000 }, async (t) => {
  const httpServer = createServer();
  const server = new Server(httpServer);
  await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
  const sockets = [1, 2].map(() => io(url, { shared: true, forceNew: true }));
  t.after(() => sockets.map((socket) => socket.close()));
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.on("connect", resolve))));
  assert.equal(server.engine.clientsCount, 2);
});
