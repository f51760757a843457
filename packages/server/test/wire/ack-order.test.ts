/** Delivery, promise 1: what a handler emits before it answers arrives before the answer. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { WebSocket } from "ws";
import { Server } from "../../src/index.ts";

test("an ack does not overtake what its handler emitted before", async (t) => {
  const io = new Server({ plain: { authorize: () => true } });
  const httpServer = createServer().listen(0, "127.0.0.1");
  io.attach(httpServer);
  await once(httpServer, "listening");
  t.after(() => io.close());
  io.on("connection", (socket) => {
    socket.on("chat", (text: string, ack?: (answer: string) => void) => {
      io.to("chat").emit("chat", text);
      ack?.("ok");
      io.to("chat").emit("after", text);
    });
  });
  const client = new WebSocket(`ws://127.0.0.1:${(httpServer.address() as AddressInfo).port}/anywire?room=chat`);
  await once(client, "open");
  const heard: string[] = [];
  client.send(JSON.stringify({ event: "chat", data: "hi", ack: 1 }));
  await new Promise<void>((resolve) => {
    client.on("message", (text) => {
      if (heard.push(text.toString()) === 3) resolve();
    });
  });
  assert.deepEqual(heard, ['{"event":"chat","data":"hi"}', '{"ack":1,"data":"ok"}', '{"event":"after","data":"hi"}']);
});
