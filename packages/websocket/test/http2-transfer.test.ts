/** WebSockets over HTTP/2 with our client and our server: much data, slow readers, compression, a thousand sockets. */

import assert from "node:assert/strict";
import { once } from "node:events";
import type { ClientHttp2Stream } from "node:http2";
import { type TestContext, test } from "node:test";
import { type ClientOptions, type ServerOptions, WebSocket } from "@anywire/websocket";
import { Random } from "../../../scripts/test/random.ts";
import { selfSigned } from "../../../scripts/test/self-signed.ts";
import { clientFrame, serverFrame, text } from "./frames.ts";
import {
  type AnyHttp2Server,
  type Http2Served,
  openSession,
  plain,
  RawStream,
  secure,
  serveHttp2,
} from "./http2-peers.ts";

const mebibyte = 0x10_0000;

async function open(t: TestContext, served: Http2Served, options: ClientOptions = {}): Promise<[WebSocket, WebSocket]> {
  const accepted = served.accepted();
  const scheme = "setSecureContext" in served.server ? "wss" : "ws";
  const client = new WebSocket(`${scheme}://127.0.0.1:${served.port}`, {
    http2: true,
    ca: selfSigned.cert,
    ...options,
  });
  t.after(() => client.terminate());
  await once(client, "open");
  return [client, (await accepted)[0]];
}

const kinds: [name: string, create: () => AnyHttp2Server, options: Partial<ServerOptions>][] = [
  ["plain", plain, {}],
  ["with TLS", secure, {}],
  ["with TLS and compression", secure, { perMessageDeflate: true }],
  [
    "with compression of each message alone",
    plain,
    { perMessageDeflate: { serverNoContextTakeover: true, clientNoContextTakeover: true } },
  ],
];

for (const [name, create, options] of kinds) {
  test(`${name}: messages of all sizes come back as they were, in both directions`, async (t) => {
    const served = await serveHttp2(t, options, create());
    const [client, server] = await open(t, served);
    assert.equal(client.extensions, options.perMessageDeflate ? "permessage-deflate" : "");
    const random = new Random(1);
    const sizes = [0, 1, 125, 126, 16_384, 65_535, 65_536, 300_000, 5 * mebibyte];
    server.on("message", (data, isBinary) => server.send(data, { binary: isBinary }));
    const sent = sizes.map((size) => Buffer.from(random.bytes(size)));
    const heard = inOrder(client, sent.length);
    for (const bytes of sent) client.send(bytes);
    for (const [at, data] of (await heard).entries()) assert.ok(sent[at]?.equals(data));
    client.close(1000, "done");
    assert.deepEqual((await once(server, "close"))[0], 1000);
  });
}

function inOrder(socket: WebSocket, count: number): Promise<Buffer[]> {
  const all: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on("message", (data) => {
      if (Buffer.isBuffer(data) && all.push(data) === count) resolve(all);
    });
  });
}

async function nextMessage(socket: WebSocket): Promise<Buffer> {
  const [data] = await once(socket, "message");
  assert.ok(Buffer.isBuffer(data));
  return data;
}

/** The side that sends, and the side that does not read. */
const directions: [name: string, sides: (pair: [WebSocket, WebSocket]) => [WebSocket, WebSocket]][] = [
  ["a server", ([client, server]) => [server, client]],
  ["a client", ([client, server]) => [client, server]],
];

for (const [name, sides] of directions) {
  test(`${name} sees that its peer does not read, others on the session go on, and all arrives in the end`, async (t) => {
    const served = await serveHttp2(t);
    const [sender, reader] = sides(await open(t, served, { maxBufferedBytes: 4 * mebibyte }));
    const [otherSender, otherReader] = sides(await open(t, served));
    reader.pause();
    let length = 0;
    reader.on("message", (data) => {
      length += (data as Buffer).length;
    });
    for (let count = 0; count < 8; count++) sender.send(Buffer.alloc(mebibyte));
    sender.flush();
    assert.ok(sender.bufferedAmount > 4 * mebibyte, `${sender.bufferedAmount}`);
    const heard = nextMessage(otherReader);
    otherSender.send("others");
    assert.equal(String(await heard), "others");
    assert.ok(sender.bufferedAmount > 4 * mebibyte, `${sender.bufferedAmount}`);
    assert.equal(length, 0);
    reader.resume();
    const ended = once(reader, "close");
    sender.close();
    await ended;
    assert.equal(length, 8 * mebibyte);
    assert.equal(sender.bufferedAmount, 0);
  });
}

test("more than maxBufferedBytes is told, and then that it has left", async (t) => {
  const served = await serveHttp2(t, { maxBufferedBytes: 100_000 });
  const [client, server] = await open(t, served);
  client.pause();
  const told = once(server, "backpressure");
  for (let count = 0; count < 40; count++) server.send(Buffer.alloc(50_000));
  await told;
  const drained = once(server, "drain");
  client.resume();
  await drained;
  assert.equal(server.bufferedAmount, 0);
});

test("a client that never reads is closed, if the program wants that", async (t) => {
  const served = await serveHttp2(t, { maxBufferedBytes: 100_000, closeOnBackpressure: true });
  const accepted = served.accepted();
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  const raw = new RawStream(session);
  raw.stream.pause();
  const [socket] = await accepted;
  const closed = once(socket, "close");
  for (let count = 0; count < 10; count++) socket.send(Buffer.alloc(50_000));
  assert.equal((await closed)[0], 1006);
});

test("a thousand sockets on a few sessions hear and are heard", async (t) => {
  const count = 1_000;
  const server = secure({ settings: { maxConcurrentStreams: 200 } });
  const served = await serveHttp2(t, {}, server);
  let sessions = 0;
  server.on("session", () => sessions++);
  served.wss.on("connection", (socket, request) => {
    socket.on("message", (data) => socket.send(`${request.url} ${data}`));
  });
  const url = `wss://127.0.0.1:${served.port}`;
  const sockets = Array.from(
    { length: count },
    (_, at) => new WebSocket(`${url}/${at}`, { http2: true, ca: selfSigned.cert }),
  );
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  assert.equal(served.wss.clients.size, count);
  assert.ok(sessions >= 5 && sessions <= 10, `${sessions} sessions`);
  const answers = Promise.all(sockets.map((socket) => nextMessage(socket)));
  sockets.forEach((socket, at) => {
    socket.send(`from ${at}`);
  });
  assert.deepEqual(
    (await answers).map(String),
    sockets.map((_, at) => `/${at} from ${at}`),
  );
  const closed = Promise.all(sockets.map((socket) => once(socket, "close")));
  const ended = new Promise<void>((resolve) => served.wss.close(() => resolve()));
  for (const socket of served.wss.clients) socket.close(1001);
  assert.ok((await closed).every(([code]) => code === 1001));
  await ended;
});

test("a session that ends in mid-message closes both sides of all its sockets with 1006", async (t) => {
  const served = await serveHttp2(t);
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  const pairs = [await open(t, served, { http2: session }), await open(t, served, { http2: session })];
  const sockets = pairs.flat();
  const closed = Promise.all(sockets.map((socket) => once(socket, "close")));
  const settled: Promise<unknown>[] = [];
  for (const socket of sockets) {
    socket.on("message", () => assert.fail("half a message"));
    settled.push(new Promise((resolve) => socket.send(Buffer.alloc(8 * mebibyte), resolve)));
    socket.flush();
  }
  session.destroy();
  assert.deepEqual(
    (await closed).map(([code]) => code),
    [1006, 1006, 1006, 1006],
  );
  await Promise.all(settled);
});

test("_socket is the stream, and what it brings is a WebSocket's alone", async (t) => {
  const served = await serveHttp2(t);
  const [client, server] = await open(t, served);
  const stream = client._socket as ClientHttp2Stream;
  assert.equal(stream.sentHeaders?.[":protocol"], "websocket");
  assert.equal((server._socket as ClientHttp2Stream).id, stream.id);
});

test("every split of frames into DATA frames is read alike", async (t) => {
  const served = await serveHttp2(t);
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  const frames = Buffer.concat([clientFrame(text, "split"), clientFrame(text, "ä".repeat(70))]);
  served.wss.on("connection", (socket) => socket.on("message", (data) => socket.send(String(data))));
  const expected = Buffer.concat([serverFrame(text, "split"), serverFrame(text, "ä".repeat(70))]);
  for (let at = 1; at < 24; at++) {
    const raw = new RawStream(session);
    raw.stream.write(frames.subarray(0, at));
    await raw.answered;
    raw.stream.write(frames.subarray(at));
    assert.deepEqual(await raw.bytes(expected.length), expected);
    raw.stream.close();
  }
});
