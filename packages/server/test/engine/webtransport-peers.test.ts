/** WebTransport on engine.io's server and on ours, over the same provider in memory; and engine.io's own client on ours. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { MemoryWebTransport } from "../../../../scripts/test/memory-webtransport.ts";
import { ask, post } from "./asking.ts";
import { clients } from "./peers.ts";
import { ServedEngine } from "./served-engine.ts";
import { WebTransportClient } from "./webtransport-client.ts";

const names = ["engine.io", "ours"] as const;
const options = { transports: ["polling", "websocket", "webtransport"] };

const connect = (served: ServedEngine): Promise<WebTransportClient> =>
  WebTransportClient.open((end) => void served.engine.onWebTransportSession(end));

/** A session, opened, and its handshake without what differs each time. */
async function openSession(served: ServedEngine): Promise<{ client: WebTransportClient; handshake: object }> {
  const client = await connect(served);
  await client.send("0");
  const opened = String(await client.next());
  assert.equal(opened[0], "0");
  const { sid, ...handshake } = JSON.parse(opened.slice(1));
  assert.equal(sid, served.last.id);
  return { client, handshake };
}

/** The packet that polling opens a session with. */
async function openByPolling(served: ServedEngine): Promise<{ sid: string; upgrades: string[] }> {
  const { text } = await ask(served.url("EIO=4&transport=polling"));
  return JSON.parse(text.slice(1));
}

const plays: [name: string, play: (served: ServedEngine) => Promise<unknown>][] = [
  [
    "a session opens",
    async (served) => {
      const { handshake } = await openSession(served);
      return [handshake, served.last.transport.name];
    },
  ],
  [
    "packets go both ways",
    async (served) => {
      const { client } = await openSession(served);
      served.last.on("message", (data) => served.last.send(data));
      const told: unknown[] = [];
      for (const sent of ["4é😀", Buffer.from([1, 2, 255]), `4${"x".repeat(70_000)}`, "4a"]) {
        await client.send(sent);
        told.push(await client.next());
      }
      return told;
    },
  ],
  [
    "the client closes",
    async (served) => {
      const { client } = await openSession(served);
      client.transport.close();
      await served.ended();
      return served.ends;
    },
  ],
  [
    "the server closes",
    async (served) => {
      const { client } = await openSession(served);
      served.last.close();
      await client.transport.closed;
      return served.ends;
    },
  ],
  [
    "a packet that cannot be read",
    async (served) => {
      const { client } = await openSession(served);
      await client.send("junk");
      await served.ended();
      return served.ends;
    },
  ],
  [
    "a packet over the limit",
    async (served) => {
      const { client } = await openSession(served);
      await client.write(Buffer.from([127, 0, 0, 0, 0, 0, 15, 66, 65]));
      await served.ended();
      return served.ends;
    },
  ],
  ...["4a", '0{"sid":"nobody"}', '0{"sid":"__proto__"}', "0{}", "0[]", "0null"].map(
    (packet): (typeof plays)[number] => [
      `is sent away for ${packet}`,
      async (served) => {
        const client = await connect(served);
        await client.send(packet);
        await client.transport.closed;
        return served.sessions.length;
      },
    ],
  ),
  [
    "polling is upgraded",
    async (served) => {
      const { sid, upgrades } = await openByPolling(served);
      const url = served.url(`EIO=4&transport=polling&sid=${sid}`);
      const client = await connect(served);
      await client.send(`0{"sid":"${sid}"}`, "2probe");
      const pong = await client.next();
      const noop = await ask(url);
      const upgraded = once(served.last, "upgrade");
      await client.send("5");
      await upgraded;
      served.last.send("a");
      const message = await client.next();
      return [upgrades, pong, noop.text, message, served.last.transport.name, (await post(url, "4a")).status];
    },
  ],
];

for (const [name, play] of plays) {
  test(name, async (t) => {
    const told: unknown[] = [];
    for (const server of names) told.push(await play(await ServedEngine.open(t, server, options)));
    assert.deepEqual(told[1], told[0]);
  });
}

/** engine.io's client finds the provider as a browser's page does. */
function provide(t: TestContext, served: ServedEngine): void {
  MemoryWebTransport.accept = (end) => void served.engine.onWebTransportSession(end);
  Reflect.set(globalThis, "WebTransport", MemoryWebTransport);
  t.after(() => Reflect.deleteProperty(globalThis, "WebTransport"));
}

for (const transports of [["webtransport"], ["polling", "webtransport"]]) {
  test(`engine.io's client by ${transports.join(" and then ")}`, async (t) => {
    const served = await ServedEngine.open(t, "ours", options);
    provide(t, served);
    const client = clients[4](served.origin, { transports });
    t.after(() => client.close());
    const moved = transports.length > 1 ? once(client, "upgrade") : undefined;
    await once(client, "open");
    served.last.on("message", (data) => served.last.send(data));
    const heard: unknown[] = [];
    const done = new Promise<void>((resolve) => {
      client.on("message", (data: unknown) => heard.push(data) === 202 && resolve());
    });
    const texts = Array.from({ length: 200 }, (_, n) => `m${n}`);
    for (const text of texts.slice(0, 100)) client.send(text);
    await moved;
    assert.equal(client.transport.name, "webtransport");
    for (const text of texts.slice(100)) client.send(text);
    client.send("x".repeat(100_000));
    client.send(Buffer.from([1, 2, 3]));
    await done;
    assert.deepEqual(heard.slice(0, 200), texts);
    assert.equal(String(heard[200]).length, 100_000);
    assert.deepEqual(heard[201], Buffer.from([1, 2, 3]));
    client.close();
    await served.ended();
    assert.deepEqual(served.ends, ["transport close"]);
  });
}
