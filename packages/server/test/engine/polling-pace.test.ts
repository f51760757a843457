import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import { post } from "./asking.ts";
import { connectTo, openWorld } from "./polling-world.ts";
import type { HostedSession } from "./transport-host.ts";

/** Two bytes of nine. */
const partialBody = "Content-Length: 9\r\n\r\n4a";

test("a second POST while the first is being read ends the session, and both are answered", async (t) => {
  const world = await openWorld(t);
  const { session } = world;
  const socket = connectTo(world, "POST", partialBody);
  await untilRead(session);
  const second = await post(world.url, "4b");
  assert.equal(second.status, 400);
  assert.match(String(await once(socket, "data")), /^HTTP\/1\.1 400 /);
  socket.destroy();
  assert.deepEqual(session.ends, [["transport error", "data request overlap from client"]]);
  assert.deepEqual(session.packets, []);
});

/** Resolves when some of a body was read. */
async function untilRead(session: HostedSession): Promise<void> {
  const before = session.transport.bytesRead;
  while (session.transport.bytesRead < before + 2) await new Promise(setImmediate);
}

test("a body that is too slow gets a 408, and the session ends", async (t) => {
  const world = await openWorld(t, { bodyTimeout: 20 });
  const { session } = world;
  const socket = connectTo(world, "POST", partialBody);
  assert.match(String(await once(socket, "data")), /^HTTP\/1\.1 408 /);
  socket.destroy();
  assert.deepEqual(session.ends, [["transport error", "data request too slow"]]);
});

test("a POST whose client goes away ends the session", async (t) => {
  const world = await openWorld(t);
  const { session } = world;
  const socket = connectTo(world, "POST", partialBody);
  await untilRead(session);
  socket.destroy();
  if (session.ends.length === 0) await once(session, "closed");
  assert.deepEqual(session.ends, [["transport error", "data request connection closed prematurely"]]);
});

test("a poll whose client goes away ends the session", async (t) => {
  const world = await openWorld(t);
  const { session } = world;
  const socket = connectTo(world, "GET");
  await once(session, "writable");
  socket.destroy();
  await once(session, "closed");
  assert.deepEqual(session.ends, [["transport error", "poll connection closed prematurely"]]);
  assert.equal(session.transport.bufferedBytes, 0);
});

test("an answer that is cut off while it is compressed ends the session once, and nothing stays behind", async (t) => {
  const world = await openWorld(t, { httpCompression: { threshold: 0 } });
  const { session } = world;
  const socket = connectTo(world, "GET", "Accept-Encoding: gzip\r\n\r\n").pause();
  await once(session, "writable");
  session.send(randomBytes(15_000_000).toString("base64")); // more than the system takes, however it is compressed
  socket.destroy();
  await once(session, "closed");
  assert.deepEqual(session.ends, [["transport error", "poll connection closed prematurely"]]);
  assert.equal(session.transport.bufferedBytes, 0);
});

test("an answer that is cut off ends the session", async (t) => {
  const world = await openWorld(t);
  const { session } = world;
  const socket = connectTo(world, "GET").pause();
  await once(session, "writable");
  session.send("x".repeat(20_000_000));
  socket.destroy();
  await once(session, "closed");
  assert.deepEqual(session.ends, [["transport error", "poll connection closed prematurely"]]);
});

test("what a slow client does not take is counted until it has left", async (t) => {
  const world = await openWorld(t);
  const { session } = world;
  const socket = connectTo(world, "GET").pause();
  await once(session, "writable");
  session.send("x".repeat(20_000_000));
  assert.ok(session.transport.bufferedBytes > 20_000_000);
  socket.resume();
  while (session.transport.bufferedBytes > 0) await new Promise(setImmediate);
  socket.destroy();
  assert.deepEqual(session.ends, []);
});

test("an answer that the client does not take in time is cut off, and its session ends", async (t) => {
  const world = await openWorld(t);
  const { session } = world;
  const socket = connectTo(world, "GET").pause();
  await once(session, "writable");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  session.send("x".repeat(20_000_000));
  t.mock.timers.tick(29_999);
  assert.deepEqual(session.ends, []);
  t.mock.timers.tick(1);
  await once(session, "closed");
  assert.deepEqual(session.ends, [["transport error", "poll connection closed prematurely"]]);
  assert.equal(session.transport.bufferedBytes, 0);
  socket.destroy();
});
