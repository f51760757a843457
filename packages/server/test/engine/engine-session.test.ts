/** A session on a transport that is fake: what it tells, to whom, and in which order. */

import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { mock, type TestContext, test } from "node:test";
import type { Packet } from "@anywire/protocol/engine";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import { EngineServer } from "../../src/engine/engine-server.ts";
import type { EngineSession } from "../../src/engine/engine-session.ts";
import { Messages } from "../../src/engine/messages.ts";
import { nobody, type Transport, type TransportHandler } from "../../src/engine/transport.ts";
import { Listening } from "./engine-world.ts";

/** Takes what it is given while it is told to, and writes it down. */
class FakeTransport implements Transport {
  readonly name = "polling";
  readonly protocol: 3 | 4;
  handler: TransportHandler = nobody;
  writable = false;
  bufferedBytes = 0;
  bytesRead = 0;
  readonly batches: string[][] = [];
  readonly ends: string[] = [];
  private closing: (() => void) | undefined;

  constructor(protocol: 3 | 4) {
    this.protocol = protocol;
  }

  send(batch: readonly (Messages | Packet)[]): void {
    assert.ok(this.writable);
    const packets = batch.flatMap<Packet>((item) => (item instanceof Messages ? item.packets : [item]));
    this.batches.push(packets.map(({ type, data }) => (data === undefined ? type : `${type} ${data}`)));
    this.writable = false;
  }

  close(done: () => void): void {
    this.ends.push("close");
    this.closing = done;
    if (this.writable) this.letGo();
  }

  letGo(): void {
    this.closing?.();
    this.closing = undefined;
  }

  discard(): void {
    this.ends.push("discard");
  }

  /** A poll comes. */
  take(): void {
    this.writable = true;
    this.handler.writable();
  }
}

interface Scene {
  readonly server: EngineServer;
  readonly transport: FakeTransport;
  readonly session: EngineSession;
  readonly listening: Listening;
}

function setUp(
  t: TestContext,
  { protocol = 4, query = "", ...options }: EngineOptions & { protocol?: 3 | 4; query?: string } = {},
): Scene {
  const server = new EngineServer(options);
  const transport = new FakeTransport(protocol);
  const request = new IncomingMessage(new Socket());
  request.url = `/engine.io/?EIO=${protocol}&transport=polling${query}`;
  t.after(() => server.close());
  const session = server.openSession({ id: "sid", request, transport });
  return { server, transport, session, listening: new Listening(session) };
}

const handshakes: readonly [name: string, given: Parameters<typeof setUp>[1], upgrades: readonly string[]][] = [
  ["of a foreign client", {}, ["websocket"]],
  ["of a client of ours", { query: "&anywire=1" }, ["websocket", "eventsource", "iframe"]],
  ["where nobody may move", { allowUpgrades: false }, []],
  ["where there is nothing to move to", { transports: ["polling"] }, []],
  ["with webtransport", { transports: ["polling", "websocket", "webtransport"] }, ["websocket", "webtransport"]],
  [
    "of EIO 3, which knows no more",
    { protocol: 3, transports: ["polling", "websocket", "webtransport"] },
    ["websocket"],
  ],
];

for (const [name, given, upgrades] of handshakes) {
  test(`the handshake ${name}`, (t) => {
    const { transport } = setUp(t, { ...given, pingInterval: 1_000, pingTimeout: 500, maxHttpBufferSize: 10 });
    transport.take();
    const common = { sid: "sid", upgrades, pingInterval: 1_000, pingTimeout: 500, maxPayload: 10 };
    const expected = given?.query === "&anywire=1" ? { ...common, anywire: 1 } : common;
    assert.deepEqual(transport.batches, [[`open ${JSON.stringify(expected)}`]]);
  });
}

test("the initial packet follows the handshake at once", (t) => {
  const { transport } = setUp(t, { initialPacket: "hello" });
  transport.take();
  assert.match(String(transport.batches), /^open .*,message hello$/);
});

test("what is sent in one go leaves in one batch, in order", async (t) => {
  const { transport, session } = setUp(t);
  transport.take();
  transport.take();
  session.sendText("a");
  session.sendMessages(new Messages(["b", "c"]));
  session.send("d").write(Uint8Array.of(101).buffer);
  assert.deepEqual(
    session.writeBuffer.map(({ type }) => type),
    Array(5).fill("message"),
  );
  await new Promise(setImmediate);
  assert.deepEqual(transport.batches.slice(1), [["message a", "message b", "message c", "message d", "message 101"]]);
  session.sendText("e");
  await new Promise(setImmediate);
  assert.equal(transport.batches.length, 2);
  transport.take();
  assert.deepEqual(transport.batches[2], ["message e"]);
});

test("what is no data is sent as its text, and nothing as an empty one, as engine.io does", async (t) => {
  const { transport, session } = setUp(t);
  transport.take();
  transport.take();
  for (const data of [1, true, null, undefined]) Reflect.apply(session.send, session, [data]); // of JavaScript
  await new Promise(setImmediate);
  assert.deepEqual(transport.batches.slice(1), [["message 1", "message true", "message ", "message "]]);
});

test("what may be dropped is told to be by whether a poll waits", async (t) => {
  const { transport, session } = setUp(t);
  assert.equal(session.isCongested, true);
  transport.take();
  transport.take();
  assert.equal(session.isCongested, false);
  session.sendText("a");
  assert.equal(session.isCongested, true);
});

test("callbacks of send are called when the answer was taken", (t) => {
  const { transport, session } = setUp(t);
  const called: unknown[] = [];
  session.send("a", (by) => called.push(by));
  session.send("b", { compress: false }, () => called.push("b"));
  transport.take();
  assert.deepEqual(called, []);
  transport.take();
  assert.deepEqual(called, [transport, "b"]);
});

test("events of engine.io are emitted for those who listen", (t) => {
  const { server, transport, session } = setUp(t);
  const told: unknown[] = [];
  for (const event of ["packet", "packetCreate", "data", "message", "flush", "drain", "heartbeat", "close"]) {
    session.on(event, (...args: unknown[]) => told.push([event, ...args]));
  }
  server.on("flush", (flushed, packets) => told.push(["server flush", flushed === session, packets.length]));
  server.on("drain", (drained) => told.push(["server drain", drained === session]));
  transport.take();
  told.length = 0;
  transport.handler.packet("message", "hi");
  session.send("ho");
  transport.take();
  transport.handler.packet("pong", undefined);
  transport.handler.closed("transport close");
  const ho = { type: "message", data: "ho", options: { compress: true }, sent: undefined };
  assert.deepEqual(told, [
    ["packet", { type: "message", data: "hi" }],
    ["data", "hi"],
    ["message", "hi"],
    ["packetCreate", ho],
    ["flush", [ho]],
    ["server flush", true, 1],
    ["drain"],
    ["server drain", true],
    ["packet", { type: "pong", data: undefined }],
    ["heartbeat"],
    ["close", "transport close", undefined],
  ]);
});

const directions: readonly [protocol: 3 | 4, wrong: "ping" | "pong"][] = [
  [3, "pong"],
  [4, "ping"],
];

for (const [protocol, wrong] of directions) {
  test(`a ${wrong} from the client breaks EIO ${protocol}`, (t) => {
    const { transport, listening, server } = setUp(t, { protocol });
    transport.handler.packet(wrong, undefined);
    assert.deepEqual(listening.heard, [["closed", "transport error"]]);
    assert.equal(server.clientsCount, 0);
  });
}

test("EIO 3: a ping is answered", async (t) => {
  const { transport } = setUp(t, { protocol: 3 });
  transport.take();
  transport.take();
  transport.handler.packet("ping", undefined);
  await new Promise(setImmediate);
  assert.deepEqual(transport.batches[1], ["pong"]);
});

test("packets that mean nothing to a server are let be, and `close` ends the session", (t) => {
  const { transport, listening } = setUp(t);
  for (const type of ["open", "noop", "upgrade"] as const) transport.handler.packet(type, undefined);
  assert.deepEqual(listening.heard, []);
  transport.handler.packet("close", undefined);
  transport.handler.packet("message", "too late");
  assert.deepEqual(listening.heard, [["closed", "transport close"]]);
});

test("close lets what waits leave first", (t) => {
  const { transport, session, listening } = setUp(t);
  session.sendText("last");
  session.close();
  session.sendText("too late");
  assert.deepEqual([session.readyState, transport.ends], ["closing", []]);
  transport.take();
  assert.match(String(transport.batches), /,message last$/);
  assert.deepEqual(transport.ends, ["close"]);
  assert.deepEqual(listening.heard, []);
  transport.letGo();
  assert.deepEqual(listening.heard, [["closed", "forced close"]]);
  assert.equal(session.readyState, "closed");
});

test("close with discard ends it at once, but for what a poll takes with it", (t) => {
  const { transport, session, listening, server } = setUp(t);
  transport.take();
  transport.take();
  session.sendText("last");
  session.close(true);
  session.close(true);
  assert.deepEqual(transport.batches[1], ["message last"]);
  assert.deepEqual(listening.heard, [["closed", "forced close"]]);
  assert.equal(server.clientsCount, 0);
});

test("the queue may be looked at when the session closes, and is gone afterwards", async (t) => {
  const { session } = setUp(t);
  session.sendText("a");
  let waiting = 0;
  session.on("close", () => {
    waiting = session.writeBuffer.length;
  });
  session.close(true);
  assert.equal(waiting, 2);
  await new Promise(setImmediate);
  assert.equal(session.writeBuffer.length, 0);
});

test("a client for whom too much waits is closed as too slow", async (t) => {
  const { session, listening, server, transport } = setUp(t, { maxBufferedBytes: 1_000 });
  session.sendText("x".repeat(500));
  await new Promise(setImmediate);
  assert.equal(session.readyState, "open");
  const told: unknown[] = [];
  session.on("close", (reason, description) => told.push(reason, description.message));
  session.sendText("x".repeat(600));
  await new Promise(setImmediate);
  assert.deepEqual(listening.heard, [["closed", "transport close"]]);
  assert.match(String(told[1]), /slow consumer/);
  assert.equal(server.clientsCount, 0);
  assert.ok(transport.ends.includes("discard"));
});

test("a client for whom something waits too long is closed as too slow", (t) => {
  mock.timers.enable({ apis: ["setTimeout", "setImmediate", "Date"] });
  t.after(() => mock.timers.reset());
  const { session, listening, server } = setUp(t, { maxBufferedAge: 1_000 });
  t.mock.method(server.heartbeats, "now", () => Date.now());
  session.sendText("x");
  mock.timers.tick(999);
  assert.deepEqual(listening.heard, []);
  mock.timers.tick(1_001);
  assert.deepEqual(listening.heard, [["closed", "transport close"]]);
});

test("a transport that ends twice ends the session once", (t) => {
  const { transport, listening } = setUp(t);
  const { handler } = transport;
  handler.closed("transport error", new Error("first"));
  handler.closed("transport close");
  assert.deepEqual(listening.heard, [["closed", "transport error"]]);
  assert.equal(transport.handler, nobody);
});
