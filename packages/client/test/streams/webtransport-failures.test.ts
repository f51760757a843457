/** The transport `webtransport` where the provider or the server fails: one event each, and never an unhandled rejection. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type MemoryServerEnd, MemoryWebTransport } from "../../../../scripts/test/memory-webtransport.ts";
import type { EnginePacket, TransportOptions } from "../../src/engine/transport.ts";
import { WebTransportTransport } from "../../src/webtransport.ts";

const refused = new Error("refused");

class Throwing {
  constructor() {
    throw refused;
  }
}

const failing = (where: "ready" | "stream" | "write") =>
  class extends MemoryWebTransport {
    override readonly ready = where === "ready" ? Promise.reject(refused) : Promise.resolve();
    override async createBidirectionalStream() {
      if (where === "stream") throw refused;
      const stream = await super.createBidirectionalStream();
      if (where === "write") await stream.writable.abort(refused);
      return stream;
    }
  };

/** The connection is lost before and after it is open. */
class Lost extends MemoryWebTransport {
  override readonly closed = new Promise<never>((_resolve, reject) => setImmediate(reject, refused));
}

function drive(t: TestContext, provider: unknown, options: object = {}): Promise<unknown[]> {
  const given: TransportOptions = {
    hostname: "example.test",
    port: 443,
    secure: true,
    path: "/engine.io/",
    query: { EIO: 4, transport: "webtransport" },
    socket: { binaryType: "nodebuffer" },
    ...{ provider, ...options },
  };
  const transport = new WebTransportTransport(given);
  t.after(() => transport.close());
  const log: unknown[] = [];
  return new Promise((resolve) => {
    const end = (...entry: unknown[]): void => {
      log.push(...entry);
      setImmediate(resolve, log); // whatever follows is in it
    };
    transport.on("open", () => log.push("open"));
    transport.on("packet", ({ type, data }: EnginePacket) => log.push(`${type} ${data}`));
    transport.on("error", (error) => end(error.message, Reflect.get(error, "description")));
    transport.on("close", () => end("close"));
    transport.open();
  });
}

const failures: [name: string, provider: unknown, log: unknown[]][] = [
  ["the provider throws", Throwing, ["webtransport error", refused]],
  ["the session does not open", failing("ready"), ["webtransport error", refused]],
  ["there is no stream", failing("stream"), ["webtransport error", refused]],
  ["the first packet does not leave", failing("write"), ["webtransport error", refused]],
  ["the connection is lost", Lost, ["open", "webtransport error", refused]],
];

for (const [name, provider, log] of failures) {
  test(name, async (t) => assert.deepEqual(await drive(t, provider), log));
}

test("there is no provider", async (t) => {
  const [message, description] = await drive(t, undefined);
  assert.equal(message, "webtransport error");
  assert.ok(description instanceof ReferenceError);
});

/** What the server does with the stream that it gets. */
type Serve = (writer: WritableStreamDefaultWriter<Uint8Array>, end: MemoryServerEnd) => Promise<unknown>;

function served(serve: Serve): unknown {
  return class extends MemoryWebTransport {
    constructor(url: string) {
      super(url, async (end) => {
        const { value } = await end.incomingBidirectionalStreams.getReader().read();
        await value?.readable.getReader().read(); // the packet that opens it
        if (value !== undefined) await serve(value.writable.getWriter(), end);
      });
    }
  };
}

const send =
  (...bytes: number[]): Serve =>
  async (writer) =>
    writer.write(Uint8Array.from(bytes));

const streams: [name: string, serve: Serve, log: unknown[]][] = [
  ["the stream ends", async (writer) => writer.close(), ["open", "close"]],
  ["the session is closed", async (_writer, end) => end.close(), ["close"]],
  ["an empty frame", send(0), ["open", "parse error", "empty"]],
  ["no packet", send(1, 0x78), ["open", "parse error", "unknown-type"]],
  ["no UTF-8", send(2, 0x34, 0xff), ["open", "parse error", "bad-utf8"]],
  ["a frame beyond the limit", send(126, 0x10, 0), ["open", "parse error", "too-long"]],
];

for (const [name, serve, expected] of streams) {
  test(`${name}`, async (t) => {
    const log = await drive(t, served(serve), { maxPayload: 1_000 });
    assert.deepEqual(
      log.map((entry) => (entry instanceof Error ? Reflect.get(entry, "code") : entry)),
      expected,
    );
  });
}

test("the provider gets the address, and its own options", async (t) => {
  const made: unknown[] = [];
  class Provider {
    constructor(...given: unknown[]) {
      made.push(...given);
      throw refused;
    }
  }
  const own = { provider: Provider, serverCertificateHashes: [] };
  await drive(t, Provider, { transportOptions: { webtransport: own }, port: 3000 });
  assert.deepEqual(made, ["https://example.test:3000/engine.io/?EIO=4&transport=webtransport", own]);
});

test("a global provider is found", async (t) => {
  Reflect.set(globalThis, "WebTransport", Throwing);
  t.after(() => Reflect.deleteProperty(globalThis, "WebTransport"));
  assert.deepEqual(await drive(t, undefined), ["webtransport error", refused]);
});
