import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import type { EngineSession } from "../../src/engine/engine-session.ts";
import { Messages } from "../../src/engine/messages.ts";
import { WebSocketTransport } from "../../src/engine/websocket-transport.ts";
import { createEngineWorld, type EngineWorld, Listening } from "./engine-world.ts";

interface Scene extends EngineWorld {
  readonly client: WebSocket;
  readonly session: EngineSession;
  readonly transport: WebSocketTransport;
  readonly listening: Listening;
  /** What the client has got, the handshake left out. */
  readonly got: (string | Buffer)[];
  gets(count: number): Promise<void>;
  hears(count: number): Promise<void>;
}

async function setUp(t: TestContext, protocol: 3 | 4 = 4, options: EngineOptions = {}): Promise<Scene> {
  const world = await createEngineWorld(t, { allowEIO3: true, ...options });
  const client = new WebSocket(world.webSocketUrl(`EIO=${protocol}&transport=websocket`));
  t.after(() => client.terminate());
  const got: (string | Buffer)[] = [];
  client.on("message", (data: Buffer, isBinary) => got.push(isBinary ? data : data.toString()));
  client.on("error", () => {});
  await once(client, "message");
  assert.match(String(got.shift()), /^0{"sid":/);
  const [session] = world.sessions;
  assert.ok(session?.transport instanceof WebSocketTransport);
  const listening = new Listening(session);
  return {
    ...world,
    client,
    session,
    transport: session.transport,
    listening,
    got,
    async gets(count) {
      while (got.length < count) await once(client, "message");
    },
    async hears(count) {
      while (listening.heard.length < count) await new Promise(setImmediate);
    },
  };
}

const received: readonly [name: string, protocol: 3 | 4, frame: string | Buffer, heard: string | Buffer][] = [
  ["a text", 4, "4hello", "hello"],
  ["a text beyond ASCII", 4, "4ẞ €💧\u0000", "ẞ €💧\u0000"],
  ["an empty message", 4, "4", ""],
  ["bytes", 4, Buffer.from([4, 1, 2]), Buffer.from([4, 1, 2])],
  ["bytes as base64", 4, "bAQID", Buffer.from([1, 2, 3])],
  ["no bytes", 4, Buffer.alloc(0), Buffer.alloc(0)],
  ["a text of EIO 3", 3, "4hello", "hello"],
  ["bytes of EIO 3", 3, Buffer.from([4, 1, 2]), Buffer.from([1, 2])],
  ["bytes of EIO 3 as base64", 3, "b4AQID", Buffer.from([1, 2, 3])],
];

for (const [name, protocol, frame, heard] of received) {
  test(`hears ${name}`, async (t) => {
    const { client, hears, listening } = await setUp(t, protocol);
    client.send(frame);
    await hears(1);
    assert.deepEqual(listening.heard, [heard]);
  });
}

const refused: readonly [name: string, protocol: 3 | 4, frame: string | Buffer][] = [
  ["an unknown type", 4, "9x"],
  ["nothing", 4, ""],
  ["base64 that is none", 4, "b!"],
  ["nothing, of EIO 3", 3, Buffer.alloc(0)],
  ["an unknown type of bytes of EIO 3", 3, Buffer.from([9])],
];

for (const [name, protocol, frame] of refused) {
  test(`ends the session for ${name}`, async (t) => {
    const { client, hears, listening } = await setUp(t, protocol);
    client.send(frame);
    await hears(1);
    assert.deepEqual(listening.heard, [["closed", "parse error"]]);
    await once(client, "close");
  });
}

for (const protocol of [3, 4] as const) {
  test(`sends text and bytes in every way, in order (EIO ${protocol})`, async (t) => {
    const { session, got, gets } = await setUp(t, protocol);
    const bytes = Buffer.from([1, 2]);
    session.sendText("a");
    session.sendMessages(new Messages(["b", bytes]));
    session.send("c");
    session.send(bytes);
    session.sendMessages(Messages.join([new Messages(["d"]), new Messages([bytes])]));
    session.sendText("e");
    await gets(8);
    const binary = protocol === 4 ? bytes : Buffer.from([4, 1, 2]);
    assert.deepEqual(got, ["4a", "4b", binary, "4c", binary, "4d", binary, "4e"]);
  });
}

test("what is sent in one tick leaves as one write, and nothing is queued", async (t) => {
  const { session, transport, gets } = await setUp(t);
  const { _socket: stream } = transport.socket;
  assert.ok(stream !== null);
  const write = t.mock.method(stream, "write");
  for (let count = 0; count < 50; count++) session.sendText(String(count));
  session.sendMessages(new Messages(["x"]));
  assert.equal(session.writeBuffer.length, 0);
  await gets(51);
  assert.equal(write.mock.callCount(), 1);
});

test("listeners see every message, and it still leaves", async (t) => {
  const { session, got, gets, engine } = await setUp(t);
  const told: string[] = [];
  session.on("packetCreate", ({ data }) => told.push(data));
  engine.on("flush", (_session, packets) => told.push(`flush ${packets.length}`));
  session.sendText("a");
  session.sendMessages(new Messages(["b", "c"]));
  await gets(3);
  assert.deepEqual(told, ["a", "flush 1", "b", "c", "flush 2"]);
  assert.deepEqual(got, ["4a", "4b", "4c"]);
});

test("a callback is called when the message has left", async (t) => {
  const { session, transport } = await setUp(t);
  const sent = new Promise((resolve) => {
    session.send("a", resolve);
  });
  assert.equal(await sent, transport);
});

const partings: readonly [name: string, message: string][] = [
  ["in the tick in which it comes", "bye"],
  ["behind more than the kernel takes", "bye".padEnd(15_000_000)],
];
for (const [name, message] of partings) {
  test(`a client that is sent away ${name} still gets what was sent`, async (t) => {
    const { engine, webSocketUrl } = await createEngineWorld(t);
    const reasons: string[] = [];
    engine.on("connection", (session: EngineSession) => {
      session.on("close", (reason) => reasons.push(reason));
      session.send(message).close();
    });
    const client = new WebSocket(webSocketUrl("EIO=4&transport=websocket"));
    const got: string[] = [];
    client.on("message", (data) => got.push(String(data)));
    const [code] = await once(client, "close");
    assert.equal(code, 1005);
    assert.equal(got[1], `4${message}`);
    while (engine.clientsCount > 0) await new Promise(setImmediate);
    assert.deepEqual(reasons, ["forced close"]);
  });
}

test("a client that does not take its leave is cut where nobody waits for it any more", async (t) => {
  const { engine, client, session, listening, hears } = await setUp(t);
  client.pause(); // it does not answer the closing handshake
  session.close();
  assert.equal(session.readyState, "closing");
  engine.close();
  await hears(1);
  assert.deepEqual(listening.heard, [["closed", "forced close"]]);
  assert.equal(engine.clientsCount, 0);
});

test("with compression, messages are compressed from the threshold on, and others not", async (t) => {
  const { session, client, gets, got } = await setUp(t, 4, { perMessageDeflate: { threshold: 100 } });
  assert.match(client.extensions, /permessage-deflate/);
  const long = "x".repeat(100_000);
  session.sendText(long);
  session.send(long);
  session.send("y".repeat(5_000), { compress: false });
  session.sendText("z");
  await gets(4);
  assert.deepEqual(got, [`4${long}`, `4${long}`, `4${"y".repeat(5_000)}`, "4z"]);
  const read: unknown = Reflect.get(Reflect.get(client, "_socket"), "bytesRead");
  assert.ok(Number(read) < 10_000, String(read));
});

test("a message that is too long ends the session", async (t) => {
  const { client, hears, listening } = await setUp(t, 4, { maxHttpBufferSize: 1_000 });
  client.send(`4${"x".repeat(1_000)}`);
  const [code] = await once(client, "close");
  assert.equal(code, 1009);
  await hears(1);
  assert.deepEqual(listening.heard, [["closed", "transport error"]]);
});

test("bytes that came are told, be they packets or not", async (t) => {
  const { client, transport } = await setUp(t);
  const before = transport.bytesRead;
  client.ping();
  await once(client, "pong");
  assert.ok(transport.bytesRead > before);
});

test("a client that does not read is closed as too slow, and only that one", async (t) => {
  const scene = await setUp(t, 4, { maxBufferedBytes: 1_000_000 });
  const other = new WebSocket(scene.webSocketUrl("EIO=4&transport=websocket"));
  t.after(() => other.terminate());
  await once(other, "message");
  scene.client.pause();
  const messages = new Messages(["x".repeat(100_000)]);
  const closed = once(scene.session, "close");
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  for (let round = 0; !isClosed; round++) {
    for (const session of scene.sessions) session.sendMessages(messages);
    assert.ok(round < 1_000 && scene.session.bufferedBytes < 3_000_000);
    await once(other, "message");
  }
  const [reason, description] = await closed;
  assert.equal(reason, "transport close");
  assert.match(description.message, /slow consumer/);
  assert.equal(scene.engine.clientsCount, 1);
  assert.ok(scene.sessions[1]?.readyState === "open");
});

test("what may be dropped is told to be while the client does not read", async (t) => {
  const { session, client, gets } = await setUp(t);
  assert.equal(session.isCongested, false);
  client.pause();
  const text = "x".repeat(1_000_000);
  let sent = 0;
  while (!session.isCongested) {
    session.sendText(text);
    sent++;
    await new Promise(setImmediate);
  }
  let drains = 0;
  session.handler = { message() {}, closed() {}, drained: () => void drains++ };
  client.resume();
  await gets(sent);
  while (drains === 0) await new Promise(setImmediate);
  assert.equal(session.isCongested, false);
});

test("programs may listen to the WebSocket itself", async (t) => {
  const { client, transport, hears } = await setUp(t);
  const heard: string[] = [];
  transport.socket.on("message", (data, isBinary) => heard.push(`${data} ${isBinary}`));
  transport.socket.on("close", (code) => heard.push(`close ${code}`));
  client.send("4hello");
  await hears(1);
  client.close(4000);
  await once(transport.socket, "close");
  assert.deepEqual(heard, ["4hello false", "close 4000"]);
});
