/** Closing against npm's ws and raw sockets: codes, timeouts, terminate, and what is left to send. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { WebSocket } from "@anywire/websocket";
import { clientFrame, close, closePayload, serverFrame, text } from "./frames.ts";
import { messages } from "./messages.ts";
import { openPeer, RawPeer, serve } from "./served.ts";

const closings: [name: string, args: [code?: number, reason?: string], seen: [code: number, reason: string]][] = [
  ["without a code", [], [1005, ""]],
  ["with a code", [1000], [1000, ""]],
  ["with a code and a reason", [4321, "because é"], [4321, "because é"]],
];

for (const [name, args, [code, reason]] of closings) {
  test(`we close ${name}`, async (t) => {
    const [peer, socket] = await openPeer(t, await serve(t));
    const ours = once(socket, "close");
    const theirs = once(peer, "close");
    socket.close(...args);
    assert.equal(socket.readyState, WebSocket.CLOSING);
    assert.deepEqual(await theirs, [code, Buffer.from(reason)]);
    assert.deepEqual(await ours, [code, Buffer.from(reason)]);
    assert.equal(socket.readyState, WebSocket.CLOSED);
  });
  test(`the peer closes ${name}`, async (t) => {
    const [peer, socket] = await openPeer(t, await serve(t));
    const ours = once(socket, "close");
    const theirs = once(peer, "close");
    peer.close(...args);
    assert.deepEqual(await ours, [code, Buffer.from(reason)]);
    assert.deepEqual(await theirs, [code, Buffer.from(reason)]);
  });
}

test("both close at once: each sees the other's code", async (t) => {
  const [peer, socket] = await openPeer(t, await serve(t));
  const both = Promise.all([once(socket, "close"), once(peer, "close")]);
  socket.close(4001);
  peer.close(4002);
  const [[ours], [theirs]] = await both;
  assert.deepEqual([ours, theirs], [4002, 4001]);
});

test("what was sent before close arrives before it", async (t) => {
  const [peer, socket] = await openPeer(t, await serve(t));
  const got = messages(peer, 2);
  const closed = once(peer, "close");
  socket.send(Buffer.alloc(500_000));
  socket.send("bye");
  socket.close(1001);
  assert.equal((await got)[1], "bye");
  assert.equal((await closed)[0], 1001);
});

const badCloses: [name: string, args: unknown[], error: { name: string }][] = [
  ["a code that is only seen", [1006], { name: "TypeError" }],
  ["a code out of range", [5000], { name: "TypeError" }],
  ["a code that is no number", ["1000"], { name: "TypeError" }],
  ["a reason of 124 bytes", [1000, "a".repeat(124)], { name: "RangeError" }],
  ["a reason of 124 bytes in fewer characters", [1000, "é".repeat(62)], { name: "RangeError" }],
  ["a reason of wider elements", [1000, new Uint16Array(4)], { name: "TypeError" }],
  ["a DataView as reason", [1000, new DataView(new ArrayBuffer(4))], { name: "TypeError" }],
  ["a number as reason", [1000, 4], { name: "TypeError" }],
];

for (const [name, args, error] of badCloses) {
  test(`close refuses ${name}, and the socket stays open`, async (t) => {
    const [, socket] = await openPeer(t, await serve(t));
    assert.throws(() => Reflect.apply(socket.close, socket, args), error);
    assert.equal(socket.readyState, WebSocket.OPEN);
  });
}

test("a stream that ends without a close frame is 1006, once", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const socket = await accepted;
  const closes: number[] = [];
  socket.on("close", (code) => closes.push(code));
  const closed = once(socket, "close");
  peer.socket.end();
  await closed;
  socket.terminate();
  socket.close();
  await new Promise(setImmediate);
  assert.deepEqual(closes, [1006]);
});

test("a reset is 1006, without an error", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const socket = await accepted;
  socket.on("error", assert.fail);
  const closed = once(socket, "close");
  peer.socket.resetAndDestroy();
  assert.equal((await closed)[0], 1006);
});

test("terminate cuts the connection, after what was sent", async (t) => {
  const [peer, socket] = await openPeer(t, await serve(t));
  const got = messages(peer, 1);
  const closed = once(socket, "close");
  socket.send("last words");
  socket.terminate();
  assert.equal(socket.readyState, WebSocket.CLOSING);
  assert.deepEqual(await got, ["last words"]);
  assert.equal((await closed)[0], 1006);
});

test("terminate in a handler: the rest of the chunk is not delivered", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const socket = await accepted;
  const got: string[] = [];
  socket.on("message", (data) => {
    got.push(data.toString());
    socket.terminate();
  });
  const closed = once(socket, "close");
  peer.socket.write(Buffer.concat([clientFrame(text, "a"), clientFrame(text, "b")]));
  await closed;
  assert.deepEqual(got, ["a"]);
});

test("a peer that does not answer our close is cut when its time is over", async (t) => {
  const served = await serve(t, { closeTimeout: 20 });
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const socket = await accepted;
  const closed = once(socket, "close");
  socket.close(1000);
  assert.equal((await closed)[0], 1006);
  assert.deepEqual(await peer.all(), serverFrame(close, closePayload(1000)));
});

test("a peer that closes, but leaves its stream open, is cut when its time is over", async (t) => {
  const served = await serve(t, { closeTimeout: 20 });
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  peer.socket.allowHalfOpen = true;
  const closed = once(await accepted, "close");
  peer.socket.write(clientFrame(close, closePayload(4000)));
  assert.equal((await closed)[0], 4000);
});

test("what is sent too late is told to its callback, and counted", async (t) => {
  const [, socket] = await openPeer(t, await serve(t));
  socket.close();
  const before = socket.bufferedAmount;
  const error = await new Promise((resolve) => socket.send("12345", resolve));
  assert.match(String(error), /^Error: WebSocket is not open: readyState [23] \((CLOSING|CLOSED)\)$/);
  assert.equal(socket.bufferedAmount, before + 5);
  socket.send("no callback, no error");
  socket.ping();
});

test("the callbacks of what could not be written are called with an error, in order, once", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  peer.socket.pause();
  const socket = await accepted;
  const called: [number, boolean][] = [];
  const chunk = Buffer.alloc(1_000_000);
  for (let n = 0; n < 30; n++) socket.send(chunk, (error) => called.push([n, error instanceof Error]));
  const closed = once(socket, "close");
  socket.terminate();
  await closed;
  await new Promise(setImmediate);
  assert.deepEqual(
    called.map(([n]) => n),
    Array.from({ length: 30 }, (_, n) => n),
  );
  assert.equal(called.at(-1)?.[1], true);
});
