/** class WebSocket: `send` and `bufferedAmount`. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { WebSocket } from "@anywire/websocket/web";
import { messages } from "../messages.ts";
import { connect, connected, next, serve, serveEcho } from "./peers.ts";

test("before open, nothing can be sent; what cannot be converted is told first", async (t) => {
  const socket = connect(t, (await serve(t)).url);
  for (const data of ["x", new Blob(["x"]), new ArrayBuffer(1), new Uint8Array(1)]) {
    assert.throws(() => socket.send(data), { constructor: DOMException, name: "InvalidStateError", code: 11 });
  }
  assert.throws(() => Reflect.apply(socket.send, socket, []), TypeError);
  assert.throws(() => Reflect.apply(socket.send, socket, [Symbol("x")]), TypeError);
  assert.equal(socket.bufferedAmount, 0);
});

const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

const echoed: [name: string, data: unknown, back: string | Uint8Array, length: number][] = [
  ["an empty text", "", "", 0],
  ["a text", "Message to send", "Message to send", 15],
  ["Unicode", "¥¥¥¥¥¥ 😀", "¥¥¥¥¥¥ 😀", 17],
  ["a pair of surrogates", "\ud801\udc07", "\ud801\udc07", 4],
  ["lone surrogates", "\ud807 \udc05", "\ufffd \ufffd", 7],
  ["null", null, "null", 4],
  ["undefined", undefined, "undefined", 9],
  ["a number", 1, "1", 1],
  ["an object", {}, "[object Object]", 15],
  ["an empty array", [], "", 0],
  ["a text of 65000 bytes", "c".repeat(65_000), "c".repeat(65_000), 65_000],
  ["an ArrayBuffer", bytes.buffer, bytes, 8],
  ["an empty ArrayBuffer", new ArrayBuffer(0), new Uint8Array(0), 0],
  ["an Int8Array", new Int8Array(bytes.buffer), bytes, 8],
  ["an Int16Array at an offset", new Int16Array(bytes.buffer, 2), bytes.subarray(2), 6],
  ["a Uint8Array at an offset, of a length", new Uint8Array(bytes.buffer, 2, 4), bytes.subarray(2, 6), 4],
  ["a Float64Array", new Float64Array(bytes.buffer), bytes, 8],
  ["a DataView", new DataView(bytes.buffer, 1, 2), bytes.subarray(1, 3), 2],
  ["a Blob", new Blob([bytes, "x"]), Buffer.concat([bytes, Buffer.from("x")]), 9],
  ["an empty Blob", new Blob([]), new Uint8Array(0), 0],
  ["65000 bytes", new Uint8Array(65_000).fill(7), new Uint8Array(65_000).fill(7), 65_000],
];

for (const perMessageDeflate of [false, true]) {
  for (const [name, data, back, length] of echoed) {
    test(`${name} is counted, and comes back${perMessageDeflate ? ", compressed" : ""}`, async (t) => {
      const socket = await connected(t, (await serveEcho(t, { perMessageDeflate })).url);
      socket.binaryType = "arraybuffer";
      assert.equal(Reflect.apply(socket.send, socket, [data]), undefined);
      assert.equal(socket.bufferedAmount, length);
      const event = await next(socket, "message");
      if (typeof back === "string") assert.equal(event.data, back);
      else assert.deepEqual(Buffer.from(event.data), Buffer.from(back));
      await nextTurn();
      assert.equal(socket.bufferedAmount, 0);
    });
  }
}

test("what is sent is what it was at the call, and stays as it was for its owner", async (t) => {
  for (const size of [10, 100_000, 5_000_000]) {
    const { url, accepted } = await serve(t);
    const peer = accepted();
    const socket = await connected(t, url);
    const got = messages(await peer, 1);
    const data = new Uint8Array(size).fill(1);
    socket.send(data);
    assert.ok(data.every((byte) => byte === 1));
    data.fill(2);
    assert.deepEqual(await got, [Buffer.alloc(size, 1)]);
  }
});

test("Blobs leave in their turn", async (t) => {
  const { url, accepted } = await serve(t);
  const peer = accepted();
  const socket = await connected(t, url);
  const got = messages(await peer, 5);
  socket.send("1");
  socket.send(new Blob(["22"]));
  socket.send("333");
  socket.send(new Blob(["4444".repeat(10_000)]));
  socket.send(Buffer.from("55555"));
  socket.close();
  assert.equal(socket.bufferedAmount, 1 + 2 + 3 + 40_000 + 5);
  assert.deepEqual(await got, [
    "1",
    Buffer.from("22"),
    "333",
    Buffer.from("4444".repeat(10_000)),
    Buffer.from("55555"),
  ]);
  assert.equal((await next(socket, "close")).wasClean, true);
});

test("within the task all is counted, microtasks included, whatever has left already", async (t) => {
  const socket = await connected(t, (await serve(t)).url);
  socket.send("x".repeat(100_000));
  socket.send("y".repeat(100));
  await null;
  assert.equal(socket.bufferedAmount, 100_100);
});

test("what is sent while closing, or later, is counted for ever and goes nowhere", async (t) => {
  const { url, accepted } = await serve(t);
  const peer = accepted();
  const socket = await connected(t, url);
  const got: unknown[] = [];
  (await peer).on("message", (data) => got.push(data));
  socket.close();
  assert.equal(socket.readyState, WebSocket.CLOSING);
  socket.send("é");
  socket.send(new Uint8Array(3));
  socket.send(new Blob(["four"]));
  assert.equal(socket.bufferedAmount, 9);
  await next(socket, "close");
  assert.equal(socket.bufferedAmount, 9);
  socket.send("x");
  await nextTurn();
  assert.equal(socket.bufferedAmount, 10);
  assert.deepEqual(got, []);
});

test("of a connection that could not be opened the same is true", async (t) => {
  const socket = connect(t, "ws://127.0.0.1:25/");
  await next(socket, "close");
  socket.send("x");
  assert.equal(socket.bufferedAmount, 1);
});

test("what a broken connection has not sent stays counted", async (t) => {
  const { url, accepted } = await serve(t);
  const peer = accepted();
  const socket = await connected(t, url);
  const server = await peer;
  server.pause();
  const megabytes = new Uint8Array(0x100_0000);
  socket.send(megabytes);
  server.terminate();
  await next(socket, "close");
  await nextTurn();
  assert.equal(socket.bufferedAmount, megabytes.length);
});
