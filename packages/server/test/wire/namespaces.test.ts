/** Namespaces by path, on the plain wire beside Socket.IO (wires: "Plain wire: one URL"). */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { io as connect } from "socket.io-client";
import { WebSocket } from "ws";
import { Server } from "../../src/index.ts";

async function open(t: TestContext): Promise<{ io: Server; address: string }> {
  const httpServer = createServer().listen(0, "127.0.0.1");
  const io = new Server(httpServer, { plain: { authorize: () => true } });
  t.after(() => io.close());
  await once(httpServer, "listening");
  return { io, address: `127.0.0.1:${(httpServer.address() as AddressInfo).port}` };
}

test("a path behind the plain wire's leads into a namespace, where clients of every wire meet", async (t) => {
  const { io, address } = await open(t);
  const wires: string[] = [];
  const both = new Promise<void>((resolve) => {
    io.of("/chat").on("connection", (socket) => {
      wires.push(socket.wire);
      void socket.join("room");
      if (wires.length === 2) resolve();
    });
  });
  const bare = new WebSocket(`ws://${address}/anywire/chat`);
  const client = connect(`http://${address}/chat`, { transports: ["websocket"], forceNew: true });
  t.after(() => {
    bare.terminate();
    client.disconnect();
  });
  await both;
  const heard = Promise.all([once(bare, "message"), new Promise((resolve) => client.on("news", resolve))]);
  io.to("room").emit("news", "of the main namespace");
  io.of("/chat").to("room").emit("news", "of the chat");
  const [[text], news] = await heard;
  assert.deepEqual(JSON.parse(String(text)), { event: "news", data: "of the chat" });
  assert.equal(news, "of the chat");
  assert.deepEqual(wires.toSorted(), ["socket.io", "websocket"]);
});

test("a session belongs to its namespace", async (t) => {
  const { io, address } = await open(t);
  const heard: unknown[] = [];
  io.of("/chat").on("connection", (socket) => socket.on("x", (data: unknown) => heard.push(data)));
  const poll = await fetch(`http://${address}/anywire/chat`, { headers: { accept: "application/json" } });
  const { session } = (await poll.json()) as { session: string };
  const post = (path: string): Promise<Response> =>
    fetch(`http://${address}${path}?session=${session}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"event":"x","data":1}',
    });
  assert.equal((await post("/anywire")).status, 410);
  assert.equal((await post("/anywire/chat")).status, 204);
  assert.deepEqual(heard, [1]);
});

test("a namespace that nobody made is not found; one that a pattern allows is made", async (t) => {
  const { io, address } = await open(t);
  const ask = (path: string): Promise<Response> =>
    fetch(`http://${address}${path}`, { headers: { accept: "application/json" } });
  assert.equal((await ask("/anywire/nowhere")).status, 404);
  assert.equal((await ask("/anywire/%zz")).status, 404);
  io.of(/^\/room-\d+$/).on("connection", (socket) => socket.emit("welcome", socket.nsp.name));
  const welcome = (await (await ask("/anywire/room-7")).json()) as { events: { event: string; data: unknown }[] };
  assert.deepEqual(
    welcome.events.filter(({ event }) => event === "welcome").map(({ data }) => data),
    ["/room-7"],
  );
  assert.equal((await ask("/anywire/room-x")).status, 404);
});
