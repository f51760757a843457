/** Sessions of npm's engine.io, under our rooms. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { type Socket as ClientSocket, io as connect } from "socket.io-client";
import type { ForeignEngine } from "../../src/engine/foreign-session.ts";
import { Server } from "../../src/index.ts";

const fromSocketIo = createRequire(createRequire(import.meta.url).resolve("socket.io"));
const { Server: PeerEngine } = fromSocketIo("engine.io") as {
  Server: new () => ForeignEngine & { attach(http: unknown, options: object): void };
};

for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
  test(`a server bound to engine.io serves its clients (${transports})`, async (t: TestContext) => {
    const http = createServer().listen(0, "127.0.0.1");
    const engine = new PeerEngine();
    engine.attach(http, { path: "/socket.io" });
    const io = new Server().bind(engine);
    t.after(async () => {
      await io.close();
      http.close();
      http.closeAllConnections();
    });
    await once(http, "listening");
    const left = new Promise((resolve) => {
      io.on("connection", (socket) => {
        socket.join("room");
        socket.on("echo", (data: Buffer, ack: (data: Buffer) => void) => ack(data));
        socket.on("disconnect", resolve);
      });
    });
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const client: ClientSocket = connect(url, { transports, forceNew: true });
    const echoed: unknown = await client.emitWithAck("echo", Buffer.from("x"));
    assert.deepEqual(echoed, Buffer.from("x"));
    const news = new Promise((resolve) => client.on("news", resolve));
    io.to("room").emit("news", 1);
    assert.equal(await news, 1);
    client.disconnect();
    assert.equal(await left, "client namespace disconnect");
    assert.equal(io.stats().sockets, 0);
  });
}
