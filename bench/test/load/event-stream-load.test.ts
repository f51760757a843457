import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { type TestContext, test } from "node:test";
import { type Broadcast, eventStreamRole } from "../../src/event-stream-peer.ts";
import { EventStreamLoad, type EventStreamOptions } from "../../src/load/event-stream-load.ts";
import { publishedTexts } from "../../src/load/messages.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";

type Streams = ReadonlySet<ServerResponse>;
type Relay = (streams: Streams, text: string, count: number) => unknown;

const toAll: Relay = (streams, text) => {
  for (const response of streams) response.write(`data: ${text}\n\n`);
};

/** A server as the peers' are, whose way of sending to all is given. */
function relaying(relay: Relay): RequestListener {
  const streams = new Set<ServerResponse>();
  let count = 0;
  const broadcast: Broadcast = (text) => relay(streams, text, count++);
  const http = createServer();
  eventStreamRole((_, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" }).flushHeaders();
    streams.add(response);
  }, broadcast)(http);
  return (request, response) => void http.emit("request", request, response);
}

async function loadAgainst(
  t: TestContext,
  listener: RequestListener,
  options: Partial<EventStreamOptions>,
): Promise<EventStreamLoad> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const texts = publishedTexts(64);
  const load = new EventStreamLoad({ port: address.port, path: "/" }, { texts, burst: 1, apart: false, ...options });
  t.after(async () => {
    load.close();
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return load;
}

for (const [burst, apart] of [
  [1, false],
  [16, false],
  [16, true],
] as const) {
  test(`every stream gets every event of bursts of ${burst}${apart ? ", each from a POST" : ""}`, async (t) => {
    const load = await loadAgainst(t, relaying(toAll), { burst, apart });
    await load.open(6);
    await load.open(4);
    assert.equal((await load.exchange(300)).length, Math.ceil(300 / (10 * burst)) * 10 * burst);
    assert.equal((await load.exchange(10 * burst)).length, 10 * burst);
  });
}

test("a burst comes in one tick, or each event in a POST of its own", async (t) => {
  for (const apart of [false, true]) {
    const bodies: string[] = [];
    const listener = relaying(toAll);
    const noting: RequestListener = (request, response) => {
      let body = "";
      request.on("data", (text) => {
        body += text;
      });
      request.on("end", () => bodies.push(body));
      listener(request, response);
    };
    const load = await loadAgainst(t, noting, { burst: 3, apart });
    await load.open(1);
    await load.exchange(3);
    const [first, second, third] = publishedTexts(64);
    const said = bodies.filter((body) => body !== "");
    assert.deepEqual(said, apart ? [first, second, third] : [`${first}\n${second}\n${third}`]);
  }
});

const lies: [name: string, relay: Relay, reason: RegExp][] = [
  ["leaves one stream out", (streams, text) => toAll(new Set([...streams].slice(1)), text, 0), /silent/],
  ["skips one event", (streams, text, count) => count === 5 || toAll(streams, text, count), /of reply 5/],
  [
    "sends one twice",
    (streams, text, count) => {
      toAll(streams, text, count);
      if (count === 2) toAll(streams, text, count);
    },
    /of reply 3/,
  ],
  ["ends the streams", (streams) => [...streams].map((response) => response.end()), /ended the stream/],
  ["cuts the streams", (streams) => [...streams].map((response) => response.destroy()), /hung up/],
];
for (const [name, relay, reason] of lies) {
  test(`a server that ${name} is disqualified`, async (t) => {
    const load = await loadAgainst(t, relaying(relay), {
      burst: 8,
      ...(reason.source === "silent" ? { patience: 200 } : {}),
    });
    await load.open(4);
    await assert.rejects(load.exchange(320), (error) => error instanceof Disqualified && reason.test(error.message));
  });
}

const heads: [name: string, status: number, headers: Record<string, string>][] = [
  ["refuses", 503, { "Content-Type": "text/event-stream" }],
  ["sends another type", 200, { "Content-Type": "text/event-stream-of-mine" }],
  ["compresses", 200, { "Content-Type": "text/event-stream", "Content-Encoding": "gzip" }],
  ["sends no chunks", 200, { "Content-Type": "text/event-stream", "Content-Length": "100" }],
];
for (const [name, status, headers] of heads) {
  test(`a server that ${name} has not opened a stream`, async (t) => {
    const load = await loadAgainst(t, (_, response) => response.writeHead(status, headers).flushHeaders(), {});
    await assert.rejects(load.open(1), /answered the opening with "HTTP/);
  });
}
