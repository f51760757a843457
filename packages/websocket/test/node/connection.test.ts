/** The connection on streams of every kind: one write, memory that is not used again too early, errors of the world. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { platform } from "../../src/node/platform.ts";
import { Parts } from "../../src/protocol/parts.ts";
import { binary, clientFrame, close, closePayload, ping, serverFrame, text } from "../frames.ts";
import { deadlines, open, tick, whole } from "./keeping-stream.ts";

test("all that is sent in a tick leaves as one write, at its end", async () => {
  const [connection, stream] = open();
  for (const letter of ["a", "b", "c"]) connection.send(letter, whole, undefined);
  assert.equal(stream.written.length, 0);
  await tick();
  assert.deepEqual(stream.written, [Buffer.concat(["a", "b", "c"].map((letter) => serverFrame(text, letter)))]);
});

test("all that is sent while a chunk is read leaves as one write, with the chunk", () => {
  const [connection, stream, events] = open();
  events.onMessage = (data) => connection.send(data, whole, undefined);
  stream.emit("data", Buffer.concat(["a", "b"].map((letter) => clientFrame(text, letter))));
  assert.deepEqual(stream.written, [Buffer.concat(["a", "b"].map((letter) => serverFrame(text, letter)))]);
});

test("a stream that keeps what it was given sees it unchanged, though it says that it wrote it", () => {
  const [connection, stream] = open();
  const expected: Buffer[] = [];
  for (let n = 0; n < 200; n++) {
    const payload = Buffer.alloc(n, n);
    connection.send(payload, { ...whole, binary: true }, undefined);
    connection.flush();
    expected.push(serverFrame(binary, payload));
  }
  assert.deepEqual(stream.bytes, Buffer.concat(expected));
});

test("frames that two connections sent in turn reach each as one write, in order", async () => {
  const shared = { parts: new Parts(platform), deadlines };
  const [[one, oneStream], [two, twoStream]] = [open({ shared }), open({ shared })];
  for (const letter of ["a", "b", "c"]) {
    one.send(letter, whole, undefined);
    two.send(letter.toUpperCase(), whole, undefined);
  }
  await tick();
  assert.deepEqual(oneStream.bytes, Buffer.concat(["a", "b", "c"].map((letter) => serverFrame(text, letter))));
  assert.deepEqual(twoStream.bytes, Buffer.concat(["A", "B", "C"].map((letter) => serverFrame(text, letter))));
});

test("a stream that throws from its write does not keep the others from being written", async () => {
  const [[broken, brokenStream], [fine, stream]] = [open(), open()];
  brokenStream._write = () => {
    throw new Error("broken stream");
  };
  const uncaught = new Promise((resolve) => {
    process.setUncaughtExceptionCaptureCallback((error) => {
      process.setUncaughtExceptionCaptureCallback(null);
      resolve(error);
    });
  });
  broken.send("x", whole, undefined);
  fine.send("y", whole, undefined);
  assert.match(String(await uncaught), /broken stream/);
  assert.deepEqual(stream.bytes, serverFrame(text, "y"));
});

test("a write that calls back at once, into another send, keeps both right", async () => {
  const [connection, stream] = open();
  const write = stream._write.bind(stream);
  stream._write = (chunk, encoding, done) => {
    if (stream.written.length === 0) connection.send("second", whole, undefined);
    write(chunk, encoding, done);
  };
  connection.send("first", whole, undefined);
  await tick();
  await tick();
  assert.deepEqual(stream.bytes, Buffer.concat([serverFrame(text, "first"), serverFrame(text, "second")]));
});

test("more than the limit waits: told once, until all has left", async () => {
  const [connection, stream, events] = open();
  stream.eager = false;
  for (let n = 0; n < 4; n++) {
    connection.send("x".repeat(3000), whole, undefined);
    connection.flush();
  }
  assert.equal(connection.bufferedAmount, 4 * 3004);
  assert.deepEqual(events.events, ["backpressure"]);
  stream.eager = true;
  for (const done of stream.taken) done();
  await tick();
  assert.deepEqual(events.events, ["backpressure", "drain"]);
  assert.equal(connection.bufferedAmount, 0);
});

test("an error of the stream is the end, with 1006 and nothing else", async () => {
  const [connection, stream, events] = open();
  const errors: unknown[] = [];
  stream.destroy(new Error("the world failed"));
  connection.send("late", whole, (error) => errors.push(error));
  await tick();
  await tick();
  assert.deepEqual(events.events, [1006]);
  assert.ok(errors.length === 1 && errors[0] instanceof Error);
});

test("a deadline that has passed cuts the stream", async () => {
  const [connection, stream, events] = open({ heartbeat: { interval: 10, timeout: 10 } });
  assert.equal(connection.tick(10), 20);
  assert.deepEqual(stream.bytes, serverFrame(9));
  connection.tick(20);
  await tick();
  assert.deepEqual(events.events, [1006]);
});

test("what is sent within cork leaves as one write when it returns, however much it is", () => {
  const [connection, stream] = open();
  connection.cork(() => {
    connection.send("a", whole, undefined);
    connection.cork(() => connection.send("b", whole, undefined));
    assert.equal(stream.written.length, 0);
  });
  assert.deepEqual(stream.written, [Buffer.concat([serverFrame(text, "a"), serverFrame(text, "b")])]);
});

test("a peer that is too slow is cut off where that was asked for", async () => {
  const [connection, stream, events] = open({ closeOnBackpressure: true });
  stream.eager = false;
  connection.send("x".repeat(6000), whole, undefined);
  connection.flush();
  await tick();
  assert.deepEqual(events.events, ["backpressure", 1006]);
});

test("one event a tick, where several are not wanted, in order and with the close behind them", async () => {
  const [connection, stream, events] = open({ allowSynchronousEvents: false });
  const frames = ["a", "b"].map((letter) => clientFrame(text, letter));
  connection.read(Buffer.concat([...frames, clientFrame(close, closePayload(1000))]));
  stream.destroy();
  const seen: number[] = [];
  for (let n = 0; n < 5; n++) {
    seen.push(events.events.length);
    await tick();
  }
  assert.deepEqual(events.events, ["a", "b", 1000]);
  assert.ok(Math.max(...seen.map((count, at) => count - (seen[at - 1] ?? 0))) <= 2, String(seen));
});

test("what is unread when the stream ends is read first, and then the end", async () => {
  const [connection, stream, events] = open();
  events.onMessage = (data) => data.toString() === "one" && connection.pause();
  const frames = [clientFrame(text, "one"), clientFrame(text, "two"), clientFrame(close, closePayload(4000))];
  connection.read(Buffer.concat(frames));
  connection.endOfStream();
  assert.deepEqual(events.events, ["one"]);
  assert.equal(connection.closing, true);
  connection.resume();
  assert.deepEqual(events.events, ["one", "two"]);
  assert.deepEqual(stream.bytes, serverFrame(close, closePayload(4000)));
  stream.destroy();
  await tick();
  assert.deepEqual(events.events, ["one", "two", 4000]);
});

test("a write that was under way when the stream was cut tells those who wait for it, a finished one does not", async () => {
  const [connection, stream] = open();
  const outcomes: unknown[] = [];
  connection.send("taken", whole, (error) => outcomes.push(error?.message));
  connection.flush();
  await tick();
  stream.eager = false;
  stream._destroy = (_error, done) => {
    for (const taken of stream.taken) taken(); // as a socket does
    done(null);
  };
  connection.send("under way", whole, (error) => outcomes.push(error?.message));
  connection.flush();
  connection.terminate();
  await tick();
  assert.deepEqual(outcomes, [undefined, "The socket was closed before all was sent"]);
});

test("a flood of pings to a peer that does not read cuts the stream, where a limit was set", async () => {
  const [connection, stream, events] = open({ maxPendingPings: 3 });
  stream.eager = false;
  connection.send("x".repeat(3000), whole, undefined);
  connection.flush();
  for (let n = 0; n < 4; n++) connection.read(clientFrame(ping, "p"));
  await tick();
  assert.deepEqual(events.events, [1006]);
});
