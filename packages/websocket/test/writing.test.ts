/** When frames leave, in which order their callbacks come, and what a slow peer does to both. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { PreparedMessage, WebSocket } from "@anywire/websocket";
import { Random } from "../../../scripts/test/random.ts";
import { shared } from "../src/shared.ts";
import { binary, clientFrame, ping, pong, serverFrame, text } from "./frames.ts";
import { deferred, messages, uncaughtError } from "./messages.ts";
import { openPeer, RawPeer, serve } from "./served.ts";

test("ten thousand messages come in order, callbacks too", async (t) => {
  const [peer, socket] = await openPeer(t, await serve(t));
  const count = 10_000;
  const got = messages(peer, count);
  const called: number[] = [];
  for (let n = 0; n < count; n++) socket.send(`${n}`, () => called.push(n));
  assert.equal(called.length, 0);
  const expected = Array.from({ length: count }, (_, n) => n);
  assert.deepEqual(await got, expected.map(String));
  assert.deepEqual(called, expected);
});

test("callbacks of messages, pings, prepared and large messages come in the order of sending", async (t) => {
  const [, socket] = await openPeer(t, await serve(t));
  const called: string[] = [];
  const { promise, resolve } = deferred();
  socket.send("small", () => called.push("small"));
  socket.ping("p", undefined, () => called.push("ping"));
  socket.send(Buffer.alloc(1_000_000), () => called.push("large"));
  socket.send(WebSocket.prepare("x"), () => called.push("prepared"));
  socket.pong(() => {
    called.push("pong");
    resolve();
  });
  await promise;
  assert.deepEqual(called, ["small", "ping", "large", "prepared", "pong"]);
});

test("a callback that throws does not keep the others from being called", async (t) => {
  const [, socket] = await openPeer(t, await serve(t));
  const uncaught = uncaughtError();
  const { promise, resolve } = deferred();
  socket.send("a", () => {
    throw new Error("mine");
  });
  socket.send("b", () => resolve());
  await promise;
  assert.match(String(await uncaught), /mine/);
});

test("frames sent while a chunk is read leave as one write", async (t) => {
  const served = await serve(t);
  served.wss.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  const peer = await RawPeer.open(t, served.port);
  const chunks: Buffer[] = [];
  peer.socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  const frames = Array.from({ length: 100 }, (_, n) => clientFrame(text, `${n}`));
  peer.socket.write(Buffer.concat(frames));
  const expected = Buffer.concat(Array.from({ length: 100 }, (_, n) => serverFrame(2, `${n}`)));
  await peer.until((bytes) => bytes.length === expected.length);
  assert.deepEqual(peer.received, expected);
  assert.equal(chunks.length, 1);
});

test("frames sent elsewhere leave at the end of the tick, or with flush", async (t) => {
  const [peer, socket] = await openPeer(t, await serve(t));
  const got = messages(peer, 3);
  socket.send("a");
  socket.send("b");
  socket.flush();
  socket.send("c");
  assert.equal(socket.bufferedAmount, 0);
  assert.deepEqual(await got, ["a", "b", "c"]);
});

test("nothing is delivered while paused, in the middle of a chunk too", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const socket = await accepted;
  const got: string[] = [];
  socket.on("message", (data) => {
    got.push(data.toString());
    socket.pause();
  });
  const first = once(socket, "message");
  peer.socket.write(Buffer.concat(["a", "b", "c"].map((letter) => clientFrame(text, letter))));
  await first;
  await new Promise(setImmediate);
  assert.deepEqual([got.join(""), socket.isPaused], ["a", true]);
  socket.resume();
  assert.deepEqual([got.join(""), socket.isPaused], ["ab", true]);
  socket.resume();
  assert.equal(got.join(""), "abc");
});

test("what came before the stream broke is delivered, though the socket was paused", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const socket = await accepted;
  const got: string[] = [];
  socket.on("message", (data) => got.push(data.toString()));
  socket.once("message", () => socket.pause());
  const first = once(socket, "message");
  peer.socket.write(Buffer.concat(["a", "b"].map((letter) => clientFrame(text, letter))));
  await first;
  const closed = once(socket, "close");
  peer.socket.resetAndDestroy();
  socket.ping(); // writing finds the reset while reading is paused
  await closed;
  assert.deepEqual(got, ["a", "b"]);
});

test("bufferedAmount is what has not left; drain comes when all has", async (t) => {
  const served = await serve(t, { maxBufferedBytes: 1_000_000 });
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const socket = await accepted;
  peer.socket.pause();
  let pressed = 0;
  socket.on("backpressure", () => pressed++);
  socket.on("drain", () => assert.equal(socket.bufferedAmount, 0));
  const message = Buffer.alloc(100_000);
  let sent = 0;
  while (socket.bufferedAmount < 2_000_000) {
    socket.send(message);
    sent += 100_000 + 10;
  }
  assert.ok(socket.bufferedAmount < sent);
  assert.equal(pressed, 1);
  const drained = once(socket, "drain");
  peer.socket.resume();
  await drained;
  await peer.until((bytes) => bytes.length === sent);
});

test("while a peer does not read, its flood of pings costs one pong", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const socket = await accepted;
  peer.socket.pause();
  while (socket.bufferedAmount < 3_000_000) socket.send(Buffer.alloc(1_000_000));
  const waiting = socket.bufferedAmount;
  let pings = 0;
  const flooded = new Promise<void>((resolve) => {
    socket.on("ping", () => {
      if (++pings === 20_000) resolve();
    });
  });
  for (let n = 1; n <= 20_000; n++) peer.socket.write(clientFrame(ping, `${n}`));
  await flooded;
  assert.ok(socket.bufferedAmount <= waiting);
  peer.socket.resume();
  const last = serverFrame(pong, "20000");
  await peer.until((bytes) => bytes.subarray(-last.length).equals(last));
});

test("memory is never used again while a slow peer may still get it: bytes of many, mixed, come as they were sent", async (t) => {
  const served = await serve(t);
  const random = new Random(11);
  const prepared = ["p", "q".repeat(3000), "r".repeat(40_000)].map((text) => WebSocket.prepare(text));
  const pairs: { peer: RawPeer; socket: WebSocket; expected: Buffer[] }[] = [];
  for (let n = 0; n < 4; n++) {
    const accepted = served.accepted();
    const peer = await RawPeer.open(t, served.port);
    peer.socket.pause();
    pairs.push({ peer, socket: await accepted, expected: [] });
  }
  for (let turn = 0; turn < 150; turn++) {
    for (let n = random.below(40); n > 0; n--) {
      const { socket, expected } = random.pick(pairs);
      const payload = Buffer.alloc(random.below(random.pick([20, 300, 20_000])), random.below(256));
      const message = random.pick([payload, payload, random.pick(prepared)]);
      socket.send(message);
      expected.push(message instanceof PreparedMessage ? message.frames : serverFrame(binary, message));
      if (random.below(20) === 0) socket.flush();
    }
    await new Promise(setImmediate);
  }
  assert.ok(pairs.some(({ socket }) => socket.bufferedAmount > 0));
  for (const { peer, expected } of pairs) {
    const all = Buffer.concat(expected);
    peer.socket.resume();
    await peer.until((bytes) => bytes.length >= all.length);
    assert.ok(peer.received.equals(all));
  }
});

test("what waits in a corked stream is a copy: the memory that all connections share is used again at once", async (t) => {
  const [peer, socket] = await openPeer(t, await serve(t));
  const got = messages(peer, 3);
  const { slab } = shared.parts;
  socket._socket?.cork();
  const memory = slab.bytes;
  for (const letter of ["a", "b", "c"]) {
    socket.send(letter.repeat(100));
    socket.flush();
    assert.equal(slab.bytes, memory);
    assert.equal(slab.end, 0);
  }
  socket._socket?.uncork();
  assert.deepEqual(await got, ["a".repeat(100), "b".repeat(100), "c".repeat(100)]);
});
