/** The transport `eventsource` and servers that answer with something else: a documented failure, and never a crash. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import type { EnginePacket, TransportOptions } from "../../src/engine/transport.ts";
import { EventSourceTransport } from "../../src/eventsource.ts";

const handshake = 'data: 0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}\n\n';

/** Opens the transport alone; each event is a line of the log. */
async function drive(t: TestContext, answer: (response: ServerResponse) => void, options = {}): Promise<string[]> {
  const http = createServer((_request, response) => answer(response));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo; // it listens on a port
  t.after(() => http.close().closeAllConnections());
  const given: TransportOptions = {
    hostname: "127.0.0.1",
    port,
    secure: false,
    path: "/engine.io/",
    query: { EIO: 4, transport: "eventsource" },
    socket: { binaryType: "nodebuffer" },
    ...options,
  };
  const transport = new EventSourceTransport(given);
  const log: string[] = [];
  transport.on("open", () => log.push("open"));
  transport.on("packet", ({ type, data = "" }: EnginePacket) => log.push(`${type} ${data}`.slice(0, 21)));
  await new Promise<void>((resolve) => {
    transport.on("error", (error) => {
      const description: unknown = Reflect.get(error, "description");
      log.push(`${error.message}: ${description instanceof Error ? description.name : description}`);
      resolve();
    });
    transport.on("close", (details) => {
      log.push(`close: ${details?.description}`);
      resolve();
    });
    transport.open();
  });
  t.after(() => transport.close());
  await new Promise(setImmediate);
  return [...log];
}

/** The stream, and its end. */
const streams: [name: string, stream: string, log: string[]][] = [
  ["nothing at all", "", ["eventsource error: undefined"]],
  ["no events", "<!doctype html><p>Sign in\n\n", ["eventsource error: undefined"]],
  ["no packet", "data: hello\n\n", ["unexpected packet: error"]],
  ["an empty packet", "data:\n\n", ["unexpected packet: error"]],
  ["a packet before the handshake", "data: 4a\n\n", ["unexpected packet: message"]],
  ["an end", handshake, ["open", 'open {"sid":"s","upgr', "close: eventsource error"]],
  ["no JSON", "event: json\ndata: {\n\n", ["parse error: SyntaxError"]],
  [
    "no base64",
    `${handshake}data: b?\n\n`,
    ["open", 'open {"sid":"s","upgr', "error parser error", "close: eventsource error"],
  ],
  [
    "a goodbye that says when to come back",
    `${handshake}data: 1{"retry":5}\n\ndata: 4a\n\n`,
    ["open", 'open {"sid":"s","upgr', 'close {"retry":5}', "close: transport closed by the server"],
  ],
  ["a noop that opens", "data: 6\n\ndata: 3probe\n\n", ["open", "pong probe", "close: eventsource error"]],
  ["a line beyond the limit", `data: 6\n\ndata: 4${"x".repeat(1_000)}`, ["open", "close: eventsource error"]],
];

for (const [name, stream, log] of streams) {
  test(`a stream with ${name}`, async (t) => {
    assert.deepEqual(await drive(t, (response) => response.end(stream), { maxPayload: 500 }), log);
  });
}

for (const status of [204, 400, 401, 429, 500, 503]) {
  test(`status ${status}`, async (t) => {
    const log = await drive(t, (response) => response.writeHead(status).end());
    assert.deepEqual(log, [`eventsource error: ${status}`]);
  });
}

test("an address that is none fails after the call", async (t) => {
  assert.deepEqual(await drive(t, (response) => response.end(), { hostname: "not a host" }), [
    "eventsource error: TypeError",
  ]);
});

test("closed before it is open, it says nothing more", async (t) => {
  const http = createServer();
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => http.close().closeAllConnections());
  const { port } = http.address() as AddressInfo; // it listens on a port
  const query = { EIO: 4, transport: "eventsource" };
  const transport = new EventSourceTransport({
    ...{ hostname: "127.0.0.1", port, secure: false, path: "/engine.io/", query },
    socket: { binaryType: "nodebuffer" },
  });
  const log: string[] = [];
  for (const name of ["open", "error", "close"] as const) transport.on(name, () => log.push(name));
  transport.open();
  const [, response]: ServerResponse[] = await once(http, "request");
  assert.ok(response !== undefined);
  const left = once(response, "close");
  transport.close();
  await left;
  assert.deepEqual(log, ["close"]);
});
