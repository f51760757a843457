/** What a connection sends and gets that is not ready at once: in its turn, and told to whoever waits. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { binary, clientFrame, close, closePayload, ping, pong, serverFrame, text } from "../frames.ts";
import { open, openSlow, SlowDeflate, tick, whole } from "./keeping-stream.ts";

const rsv1 = 0x40;

test("whatever is sent behind a message that is not ready waits its turn, the close frame last", () => {
  const [connection, stream, , deflate] = openSlow();
  const sent: string[] = [];
  connection.send("one", whole, () => sent.push("one"));
  connection.send(Buffer.from("two"), { ...whole, compress: false }, () => sent.push("two"));
  connection.sendControl("ping", "p", { callback: () => sent.push("ping") });
  connection.close(closePayload(1000));
  assert.equal(stream.written.length, 0);
  assert.equal(connection.bufferedAmount, 7);
  assert.equal(connection.closing, true);
  deflate.pending.shift()?.();
  const expected = [
    serverFrame(text, "one", { reserved: rsv1 }),
    serverFrame(text, "two"),
    serverFrame(ping, "p"),
    serverFrame(close, closePayload(1000)),
  ];
  assert.deepEqual(stream.bytes, Buffer.concat(expected));
  assert.equal(connection.bufferedAmount, 0);
});

test("the pong to a ping, and the answer to a close, wait their turn too", () => {
  const [connection, stream, , deflate] = openSlow();
  connection.send("one", whole, undefined);
  connection.read(clientFrame(ping, "p"));
  connection.send("two", { ...whole, compress: false }, undefined);
  connection.read(clientFrame(close, closePayload(4000)));
  assert.equal(stream.written.length, 0);
  deflate.pending.shift()?.();
  const expected = [
    serverFrame(text, "one", { reserved: rsv1 }),
    serverFrame(pong, "p"),
    serverFrame(text, "two"),
    serverFrame(close, closePayload(4000)),
  ];
  assert.deepEqual(stream.bytes, Buffer.concat(expected));
  assert.equal(connection.wasClean, true);
});

test("who waits when the connection ends is told so, in order, and nothing follows", async () => {
  const [connection, stream, events, deflate] = openSlow();
  const errors: string[] = [];
  for (const letter of ["a", "b"])
    connection.send(letter, whole, (error) => errors.push(`${letter}: ${error?.message}`));
  connection.terminate();
  await tick();
  const text = "The socket was closed while data was being compressed";
  assert.deepEqual(errors, [`a: ${text}`, `b: ${text}`]);
  deflate.pending.shift()?.();
  assert.equal(stream.written.length, 0);
  assert.deepEqual(events.events, [1006]);
});

test("a Blob is read, and what was sent later waits behind it", async () => {
  const [connection, stream] = open();
  const sent = new Promise((resolve) => connection.sendBlob(new Blob(["blob"]), { ...whole, binary: true }, resolve));
  connection.send("later", whole, undefined);
  connection.sendControlBlob("ping", new Blob(["p"]), {});
  await sent;
  while (connection.bufferedAmount > 0) await tick();
  await tick();
  const expected = [serverFrame(binary, "blob"), serverFrame(text, "later"), serverFrame(ping, "p")];
  assert.deepEqual(stream.bytes, Buffer.concat(expected));
});

test("a Blob that cannot be read ends the connection, and says why", async () => {
  const [connection, stream, events] = open();
  const broken = Object.assign(new Blob(["x"]), { arrayBuffer: () => Promise.reject(new Error("unreadable")) });
  const failed = new Promise((resolve) => connection.sendBlob(broken, whole, resolve));
  assert.equal(String(await failed), "Error: unreadable");
  assert.ok(stream.writableEnded);
  stream.destroy();
  await tick();
  assert.deepEqual(events.events, ["unreadable", 1006]);
});

test("behind a Blob that cannot be read, what the peer sends is read, and nothing is written", async () => {
  const [connection, stream, events] = open();
  const broken = Object.assign(new Blob(["x"]), { arrayBuffer: () => Promise.reject(new Error("unreadable")) });
  await new Promise((resolve) => connection.sendBlob(broken, whole, resolve));
  connection.read(clientFrame(ping, "p"));
  connection.read(clientFrame(text, "a"));
  connection.read(clientFrame(close, closePayload(1000)));
  stream.destroy();
  await tick();
  assert.deepEqual(events.events, ["unreadable", "a", 1000]);
  assert.deepEqual([stream.written.length, connection.wasClean], [0, false]);
});

test("what was not ready when the peer broke the protocol is told so, before the stream has closed", async () => {
  const [connection, , , deflate] = openSlow();
  const errors: unknown[] = [];
  for (const letter of ["a", "b"])
    connection.send(letter, whole, (error) => errors.push(`${letter}: ${error?.message}`));
  connection.read(clientFrame(3, ""));
  for (let made = deflate.pending.shift(); made !== undefined; made = deflate.pending.shift()) made();
  await tick();
  const text = "The socket was closed before all was sent";
  assert.deepEqual(errors, [`a: ${text}`, `b: ${text}`]);
});

test("the callback of nothing at all is called", async () => {
  const [connection] = open();
  const error = await new Promise((resolve) => connection.sendFrames(Buffer.alloc(0), resolve));
  assert.equal(error, undefined);
});

test("a whole message is refused at the call while fragments of another wait", () => {
  const [connection, , , deflate] = openSlow();
  connection.send("a", { ...whole, fin: false }, undefined);
  assert.throws(() => connection.sendFrames(serverFrame(text, "x"), undefined), /in fragments/);
  connection.send("b", whole, undefined);
  connection.sendFrames(serverFrame(text, "x"), undefined);
  assert.equal(deflate.pending.length, 1);
});

test("a listener's own error on a message that took its time: the next comes, and the end", async () => {
  const [connection, stream, events, deflate] = openSlow();
  events.onMessage = () => {
    throw new Error("mine");
  };
  connection.read(clientFrame(text, "one", { reserved: rsv1 }));
  assert.throws(() => deflate.pending.shift()?.(), /mine/);
  await tick();
  assert.equal(stream.isPaused(), false);
  connection.read(clientFrame(text, "two", { reserved: rsv1 }));
  stream.destroy();
  await tick();
  assert.throws(() => deflate.pending.shift()?.(), /mine/);
  assert.deepEqual(events.events, ["one", "two", 1006]);
});

test("a listener's own error on what resume brings: the stream goes on", async () => {
  const [connection, stream, events] = open();
  connection.pause();
  connection.read(clientFrame(text, "one"));
  events.onMessage = () => {
    throw new Error("mine");
  };
  assert.throws(() => connection.resume(), /mine/);
  await tick();
  assert.equal(stream.isPaused(), false);
});

test("what waits to be compressed counts for the limit: told once, until all has left", () => {
  const [connection, , events, deflate] = openSlow();
  for (let n = 0; n < 4; n++) connection.send("x".repeat(2000), whole, undefined);
  assert.deepEqual(events.events, ["backpressure"]);
  for (let made = deflate.pending.shift(); made !== undefined; made = deflate.pending.shift()) made();
  assert.deepEqual(events.events, ["backpressure", "drain"]);
});

test("who sends more than can be compressed is cut off where that was asked for", async () => {
  const deflate = new SlowDeflate();
  const [connection, , events] = open({ compression: true, deflate, closeOnBackpressure: true });
  const errors: unknown[] = [];
  for (let n = 0; n < 4; n++) connection.send("x".repeat(2000), whole, (error) => errors.push(error instanceof Error));
  await tick();
  assert.deepEqual(events.events, ["backpressure", 1006]);
  assert.deepEqual(errors, [true, true, true, true]);
});

test("what comes behind a compressed message waits until that is inflated, and the end too", async () => {
  const [connection, stream, events, deflate] = openSlow();
  connection.read(Buffer.concat([clientFrame(text, "slow", { reserved: rsv1 }), clientFrame(text, "fast")]));
  connection.pause();
  connection.resume();
  stream.destroy();
  await tick();
  assert.deepEqual(events.events, []);
  deflate.pending.shift()?.();
  assert.deepEqual(events.events, ["slow", "fast", 1006]);
});
