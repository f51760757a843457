/** The connection on streams of every kind: one write, memory that is not used again too early, errors of the world. */

import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { Connection, type ConnectionEvents, type ConnectionOptions } from "../../src/node/connection.ts";
import type { Deadlines } from "../../src/node/deadlines.ts";
import { platform } from "../../src/node/platform.ts";
import { Slab } from "../../src/protocol/slab.ts";
import { binary, clientFrame, serverFrame, text } from "../frames.ts";

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
    maxPayload: 1000,
    autoPong: true,
    closeTimeout: 1000,
    heartbeat: undefined,
    maxBufferedBytes: 5000,
    shared: { slab: new Slab(platform), deadlines },
    ...changes,
  };
  const connection = new Connection(stream, options, events);
  connection.start(Buffer.alloc(0));
  return [connection, stream, events];
}

const whole = { binary: false, fin: true };
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
    connection.send(payload, { binary: true, fin: true }, undefined);
    connection.flush();
    expected.push(serverFrame(binary, payload));
  }
  assert.deepEqual(stream.bytes, Buffer.concat(expected));
});

test("frames that two connections sent in turn reach each as one write, in order", async () => {
  const shared = { slab: new Slab(platform), deadlines };
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
