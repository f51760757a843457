/** Which session a WebSocket over HTTP/2 is opened on, and when that ends. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { ClientHttp2Session } from "node:http2";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { failure, told } from "../clients.ts";
import { accept, answering, offering, open } from "../http2-opening.ts";
import { openSession, plain, secure } from "../http2-peers.ts";

test("clients of one origin share a session as long as it has room, and it ends with the last", async (t) => {
  const settings = { enableConnectProtocol: true, maxConcurrentStreams: 4 };
  const { port, sessions, streams } = await answering(t, accept, plain({ settings }));
  const sockets = Array.from({ length: 10 }, () => open(`ws://127.0.0.1:${port}`, [], { headers: {} }));
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  assert.deepEqual([sessions.length, streams.length], [3, 10]);
  const ended = Promise.all(sessions.map((session) => once(session, "close")));
  for (const socket of sockets) socket.terminate();
  await ended;
});

test("a client that gives up before it is connected takes its session along", async (t) => {
  const { server, port, sessions } = await answering(t, accept);
  const arrived = once(server, "connection");
  const socket = open(`ws://127.0.0.1:${port}`);
  const failed = once(socket, "error");
  socket.close();
  assert.match(String((await failed)[0]), /closed before the connection was established/);
  const [connection] = await arrived;
  if (!connection.closed) await once(connection, "close");
  assert.equal(sessions.filter((session) => !session.closed).length, 0);
});

test("clients whose options differ in whom they trust do not share", async (t) => {
  const { port, sessions } = await answering(t, accept, secure(offering));
  const url = `wss://127.0.0.1:${port}`;
  const trusting = open(url, [], { ca: undefined, rejectUnauthorized: false });
  assert.deepEqual(await told(t, trusting), ["upgrade 200", "open"]);
  const [line] = await told(t, open(url, [], { ca: undefined }));
  assert.match(line ?? "", /self-signed certificate/);
  assert.deepEqual(await told(t, open(url)), ["upgrade 200", "open"]);
  assert.equal(sessions.length, 2);
});

async function onSession(t: TestContext, session: ClientHttp2Session, port: number): Promise<string[]> {
  return told(t, open(`ws://127.0.0.1:${port}`, [], { http2: session }));
}

test("a session of the program's is used, and left open", async (t) => {
  const { port, sessions } = await answering(t, accept);
  const session = await openSession(t, `http://127.0.0.1:${port}`);
  assert.deepEqual(await onSession(t, session, port), ["upgrade 200", "open"]);
  assert.deepEqual(await onSession(t, session, port), ["upgrade 200", "open"]);
  const socket = open(`ws://127.0.0.1:${port}`, [], { http2: session });
  await once(socket, "open");
  socket.terminate();
  await once(socket, "close");
  assert.deepEqual([session.destroyed, session.closed, sessions.length], [false, false, 1]);
});

test("a session of the program's that is closed is an error", async (t) => {
  const { port } = await answering(t, accept);
  const session = await openSession(t, `http://127.0.0.1:${port}`);
  session.destroy();
  assert.deepEqual(await onSession(t, session, port), failure("The HTTP/2 session is closed"));
});

test("a local socket, and a connection that the program makes", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "anywire-http2-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "socket");
  const { server, port } = await answering(t, accept);
  const bridge = createServer((socket) => socket.pipe(connect(port, "127.0.0.1")).pipe(socket));
  t.after(() => bridge.close());
  await once(bridge.listen(path), "listening");
  const asked = once(server, "stream");
  assert.deepEqual(await told(t, open(`ws+unix:${path}:/chat?a`)), ["upgrade 200", "open"]);
  const [, headers] = await asked;
  assert.deepEqual([headers[":path"], headers[":authority"]], ["/chat?a", "localhost"]);
  const made = open("ws://nowhere.invalid/", [], { createConnection: () => connect(path) });
  assert.deepEqual(await told(t, made), ["upgrade 200", "open"]);
  const none = open("ws://nowhere.invalid/", [], { createConnection: () => undefined });
  assert.deepEqual(await told(t, none), failure("With http2, createConnection must return a stream"));
});
