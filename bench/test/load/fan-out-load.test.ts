import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import { FanOutLoad } from "../../src/load/fan-out-load.ts";
import { echoedMessages } from "../../src/load/messages.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";

type Relay = (clients: ReadonlySet<WebSocket>, text: string, count: number) => void;

const relayToAll: Relay = (clients, text) => {
  for (const client of clients) client.send(text);
};

async function loadAgainst(t: TestContext, relay: Relay, burst: number): Promise<FanOutLoad> {
  const wss = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  let count = 0;
  wss.on("connection", (ws) => ws.on("message", (data) => relay(wss.clients, String(data), count++)));
  await once(wss, "listening");
  const address = wss.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const load = new FanOutLoad(
    { port: address.port, path: "/" },
    { messages: echoedMessages("text", 64), burst, patience: 200 },
  );
  t.after(async () => {
    load.close();
    wss.close();
    await once(wss, "close");
  });
  return load;
}

for (const burst of [1, 16]) {
  test(`every subscriber gets every message of bursts of ${burst}, and whole bursts are counted`, async (t) => {
    const load = await loadAgainst(t, relayToAll, burst);
    await load.open(10);
    assert.equal((await load.exchange(300)).length, Math.ceil(300 / (10 * burst)) * 10 * burst);
    assert.equal((await load.exchange(10 * burst)).length, 10 * burst);
  });
}

const lies: [name: string, relay: Relay, reason: RegExp][] = [
  ["leaves one subscriber out", (clients, text) => relayToAll(new Set([...clients].slice(1)), text, 0), /silent/],
  [
    "skips one message",
    (clients, text, count) => (count === 5 ? undefined : relayToAll(clients, text, count)),
    /of reply 5/,
  ],
  [
    "sends one twice",
    (clients, text, count) => {
      relayToAll(clients, text, count);
      if (count === 2) relayToAll(clients, text, count);
    },
    /of reply 3/,
  ],
];
for (const [name, relay, reason] of lies) {
  test(`a server that ${name} is disqualified`, async (t) => {
    const load = await loadAgainst(t, relay, 8);
    await load.open(4);
    await assert.rejects(load.exchange(320), (error) => error instanceof Disqualified && reason.test(error.message));
  });
}
