import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { WebSocketServer } from "ws";
import { EchoLoad } from "../../src/load/echo-load.ts";
import { serverFrame } from "../../src/load/frame.ts";
import { echoedMessages, type MessageKind } from "../../src/load/messages.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";
import { type Conduct, honest, startEchoServer } from "./echo-server.ts";
import { targetOf } from "./target.ts";

const messages = echoedMessages("binary", 64);

async function loadAgainst(t: TestContext, conduct: Conduct, opening?: string): Promise<EchoLoad> {
  const server = await startEchoServer(conduct, opening);
  const load = new EchoLoad(server.target, { messages, depth: 4, patience: 200 });
  t.after(async () => {
    load.close();
    await server.close();
  });
  return load;
}

test("an honest server gets every message counted once, exchange after exchange", async (t) => {
  const load = await loadAgainst(t, honest);
  await load.open(3);
  for (const count of [1, 100, 1_000]) {
    const latencies = await load.exchange(count);
    assert.equal(latencies.length, count);
    assert.ok(latencies.every((latency) => latency >= 0 && latency < 10_000));
  }
});

const lies: [name: string, conduct: Conduct, reason: RegExp][] = [
  [
    "lies about one byte of one message",
    (payload, count) => {
      if (count === 10) payload[40] = payload[40]! ^ 1;
      return honest(payload, count, undefined as never);
    },
    /byte 42 of reply 10/,
  ],
  ["answers short", (payload, count) => serverFrame(2, count === 5 ? payload.subarray(1) : payload), /of reply 5/],
  ["answers with text", (payload) => serverFrame(1, payload), /byte 0 of reply 0/],
  ["drops a message", (payload, count) => (count === 7 ? new Uint8Array() : serverFrame(2, payload)), /of reply 7/],
  [
    "drops the last message of each connection",
    (payload, count) => (count === 49 ? new Uint8Array() : serverFrame(2, payload)),
    /silent after 98 of 100/,
  ],
  [
    "repeats a message",
    (payload, count) => Buffer.concat(Array(count === 3 ? 2 : 1).fill(serverFrame(2, payload))),
    /of reply 4/,
  ],
  ["never answers", () => new Uint8Array(), /silent after 0 of 100/],
];
for (const [name, conduct, reason] of lies) {
  test(`a server that ${name} is disqualified`, async (t) => {
    const load = await loadAgainst(t, conduct);
    await load.open(2);
    await assert.rejects(load.exchange(100), (error) => error instanceof Disqualified && reason.test(error.message));
  });
}

test("a server that hangs up is disqualified", async (t) => {
  const load = await loadAgainst(t, (payload, count, socket) => {
    if (count === 20) socket.destroy();
    return count === 20 ? new Uint8Array() : serverFrame(2, payload);
  });
  await load.open(1);
  await assert.rejects(load.exchange(100), Disqualified);
});

const openings: [name: string, answer: string][] = [
  ["refuses", "HTTP/1.1 403 Forbidden\r\n\r\n"],
  ["accepts without the accept value", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
  ["says more than the opening", "HTTP/1.1 101 \r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nx"],
];
for (const [name, answer] of openings) {
  test(`a server that ${name} is disqualified at the opening`, async (t) => {
    const load = await loadAgainst(t, honest, answer);
    await assert.rejects(load.open(1), Disqualified);
  });
}

const sizes: [kind: MessageKind, size: number][] = [
  ["text", 8],
  ["text", 64],
  ["binary", 64],
  ["binary", 126],
  ["text", 70_000],
  ["binary", 1_048_576],
];
for (const [kind, size] of sizes) {
  test(`npm's ws takes and echoes our ${kind} of ${size} bytes`, async (t) => {
    const wss = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    wss.on("connection", (ws) => ws.on("message", (data, binary) => ws.send(data, { binary })));
    await once(wss, "listening");
    const load = new EchoLoad(targetOf(wss), { messages: echoedMessages(kind, size), depth: 2 });
    t.after(async () => {
      load.close();
      wss.close();
      await once(wss, "close");
    });
    await load.open(2);
    assert.equal((await load.exchange(20)).length, 20);
  });
}
