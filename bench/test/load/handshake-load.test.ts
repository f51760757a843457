import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { WebSocketServer } from "ws";
import { HandshakeLoad } from "../../src/load/handshake-load.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";
import { honest, startEchoServer } from "./echo-server.ts";
import { targetOf } from "./target.ts";

test("each connection is opened and ended, and none is left when the last was counted", async (t: TestContext) => {
  const wss = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  let opened = 0;
  wss.on("connection", () => opened++);
  await once(wss, "listening");
  t.after(async () => {
    wss.close();
    await once(wss, "close");
  });
  const load = new HandshakeLoad(targetOf(wss), { depth: 7 });
  await load.open();
  const latencies = await load.exchange(100);
  assert.deepEqual([latencies.length, opened, wss.clients.size], [100, 100, 0]);
  assert.ok(latencies.every((latency) => latency > 0));
});

const accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="; // of a key that nobody sends here
const answers: [name: string, answer: string][] = [
  ["refuses", "HTTP/1.1 403 Forbidden\r\n\r\n"],
  ["accepts another key", `HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`],
  ["says nothing", ""],
];
for (const [name, answer] of answers) {
  test(`a server that ${name} is disqualified`, async (t) => {
    const server = await startEchoServer(honest, answer);
    t.after(() => server.close());
    await assert.rejects(new HandshakeLoad(server.target, { depth: 2, patience: 200 }).exchange(10), Disqualified);
  });
}
