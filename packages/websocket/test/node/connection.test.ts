/** The connection on streams of every kind: one write, memory that is not used again too early, errors of the world. */

import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { Connection, type ConnectionEvents, type ConnectionOptions } from "../../src/node/connection.ts";
import type { Deadlines } from "../../src/node/deadlines.ts";
import { Deflate, type DeflateDone } from "../../src/node/deflate.ts";
import type { SendForm } from "../../src/node/outgoing.ts";
import { platform } from "../../src/node/platform.ts";
import { MemoryBudget } from "../../src/protocol/memory-budget.ts";
import { Parts } from "../../src/protocol/parts.ts";
import { binary, clientFrame, close, closePayload, ping, pong, serverFrame, text } from "../frames.ts";

/** A stream that keeps what it is given, and takes it when the test says so. */
class KeepingStream extends Duplex {
  readonly written: Buffer[] = [];
  taken: (() => void)[] = [];
  /** Takes at once. */
  eager = true;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(chunk);
    if (this.eager) done();
    else this.taken.push(done);
  }

  override _read(): void {}

  get bytes(): Buffer {
    return Buffer.concat(this.written);
  }
}

class Recorder implements ConnectionEvents {
  readonly events: unknown[] = [];
  onMessage: (data: Buffer) => void = () => {};
  message(data: Buffer): void {
    this.events.push(data.toString());
    this.onMessage(data);
  }
  ping(): void {}
  pong(): void {}
  failed(error: Error): void {
    this.events.push(error.message);
  }
  closed(code: number): void {
    this.events.push(code);
  }
  drained(): void {
    this.events.push("drain");
  }
  backpressure(): void {
    this.events.push("backpressure");
  }
}

const deadlines: Deadlines = { now: 0, time: () => 0, schedule: () => {}, cancel: () => {} };

function open(changes: Partial<ConnectionOptions> = {}): [Connection, KeepingStream, Recorder] {
  const stream = new KeepingStream({ highWaterMark: 1000 });
  const events = new Recorder();
  const options: ConnectionOptions = {
    masked: true,
    compression: false,
    deflate: undefined,
    maxPayload: 1000,
    maxBufferedChunks: Infinity,
    maxFragments: Infinity,
    validateUtf8: true,
    budget: new MemoryBudget(Infinity),
    nextKey: () => 0,
    allowSynchronousEvents: true,
    closeOnBackpressure: false,
    autoPong: true,
    maxPendingPings: Infinity,
    closeTimeout: 1000,
    heartbeat: undefined,
    maxBufferedBytes: 5000,
    shared: { parts: new Parts(platform), deadlines },
    ...changes,
  };
  const connection = new Connection(stream, options, events);
  connection.start(Buffer.alloc(0));
  return [connection, stream, events];
}

const whole: SendForm = { binary: false, fin: true, compress: true, masked: false };
const tick = (): Promise<void> => new Promise(setImmediate);

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

// What is not ready at once.

/** Compresses nothing, and is done with each message when the test says so. */
class SlowDeflate extends Deflate {
  readonly pending: (() => void)[] = [];

  constructor() {
    super({}, {}, true);
  }

  override deflate(plain: Buffer, _fin: boolean, done: DeflateDone): void {
    this.pending.push(() => done(undefined, plain));
  }

  override inflate(compressed: Buffer, _maxPayload: number, done: DeflateDone): void {
    this.pending.push(() => done(undefined, compressed));
  }
}

function openSlow(): [Connection, KeepingStream, Recorder, SlowDeflate] {
  const deflate = new SlowDeflate();
  return [...open({ compression: true, deflate }), deflate];
}

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
