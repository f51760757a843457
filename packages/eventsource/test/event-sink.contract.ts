/** What holds of every sink of an event stream, whatever the platform's response is (`src/protocol/event-sink.ts`). */

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import type { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import type { EventSink, EventSinkHandler } from "../src/protocol/event-sink.ts";

export interface SinkBench {
  readonly sink: EventSink;
  /** What the client reads; nothing until it is read. Behind `first`. */
  readonly body: Readable;
  /** The client goes away without a word. */
  leave(): void;
}

/** Opens a sink with its client, which has read the head. `first` has been written. */
export type OpenSink = (context: TestContext, handler: EventSinkHandler) => Promise<SinkBench>;

export const first: Buffer = Buffer.from(": first\n\n");

const piece = Buffer.alloc(20_000, "a");
const small = Buffer.from("data: b\n\n");

/** More than the buffers of two sockets take. */
const flood: readonly Uint8Array[] = Array.from({ length: 400 }, () => piece);
const floodBytes = flood.length * piece.length;

interface Watched extends SinkBench {
  readonly log: string[];
  /** Emits what the sink tells. */
  readonly told: EventEmitter;
}

export function eventSinkContract(open: OpenSink): void {
  test("a reader that keeps up is no reason to wait", async (context) => {
    const { sink, body, log } = await watch(context, open);
    const text = textOf(body);
    for (let time = 0; time < 10; time++) assert.equal(sink.write([small]), true);
    sink.end();
    assert.equal(await text, first.toString() + small.toString().repeat(10));
    assert.deepEqual(log.slice(0, 1), ["closed"]);
  });

  test("what is not read is counted, a writer is told to wait, and once when all has been read", async (context) => {
    const { sink, body, log, told } = await watch(context, open);
    assert.equal(sink.write(flood), false);
    const waiting = sink.bufferedBytes;
    assert.ok(waiting > floodBytes / 4, `${waiting} are counted`);
    assert.equal(sink.write(flood), false);
    assert.ok(sink.bufferedBytes >= waiting + floodBytes / 2);
    await endOfTurn();
    assert.deepEqual(log, []);
    const drained = once(told, "drained");
    body.resume();
    await drained;
    await endOfTurn();
    assert.deepEqual(log, ["drained"]);
    assert.equal(sink.write([small]), true);
  });

  test("who writes on while it is to wait is told all the same", async (context) => {
    const { sink, body, log, told } = await watch(context, open);
    assert.equal(sink.write([...flood, small]), false);
    const drained = once(told, "drained");
    while (sink.bufferedBytes > 10_000 && log.length === 0) await readSome(body);
    sink.write([small]);
    body.resume();
    await drained;
    assert.equal(sink.write([small]), true);
  });

  test("an end lets the reader have all of it, and is told once", async (context) => {
    const { sink, body, log, told } = await watch(context, open);
    const closed = once(told, "closed");
    sink.write(flood);
    sink.end();
    sink.end();
    assert.equal(sink.write([small]), false);
    assert.deepEqual(log, []);
    assert.equal((await textOf(body)).length, first.length + floodBytes);
    await closed;
    await endOfTurn();
    assert.deepEqual(
      log.filter((what) => what === "closed"),
      ["closed"],
    );
    assert.deepEqual([sink.closed, sink.bufferedBytes], [true, 0]);
  });

  for (const [name, isEnding] of [
    ["", false],
    [" that is ending", true],
  ] as const) {
    test(`destroy ends a stream${name} at once, and keeps nothing that waits`, async (context) => {
      const { sink, body, log, told } = await watch(context, open);
      const closed = once(told, "closed");
      sink.write(flood);
      if (isEnding) sink.end();
      sink.destroy();
      sink.destroy();
      assert.deepEqual([sink.closed, sink.bufferedBytes, sink.write([small])], [true, 0, false]);
      await closed;
      assert.ok((await textOf(body)).length < floodBytes);
      assert.deepEqual(log, ["closed"]);
    });
  }

  for (const [name, pieces] of [
    ["", [small]],
    [" with unread bytes", flood],
  ] as const) {
    test(`a client that goes${name} is noticed once, and writing then does no harm`, async (context) => {
      const { sink, leave, log, told } = await watch(context, open);
      sink.write(pieces);
      const closed = once(told, "closed");
      leave();
      await closed;
      assert.deepEqual([sink.closed, sink.bufferedBytes, sink.write([small])], [true, 0, false]);
      sink.end();
      sink.destroy();
      await endOfTurn();
      assert.deepEqual(log, ["closed"]);
    });
  }
}

/** Tells who is told within a call. */
async function watch(context: TestContext, open: OpenSink): Promise<Watched> {
  const log: string[] = [];
  const told = new EventEmitter();
  let isWithin = false;
  const tell = (what: string): void => {
    log.push(isWithin ? `${what} within a call` : what);
    told.emit(what);
  };
  const within = <Result>(call: () => Result): Result => {
    isWithin = true;
    try {
      return call();
    } finally {
      isWithin = false;
    }
  };
  const bench = await open(context, { drained: () => tell("drained"), flush: () => {}, closed: () => tell("closed") });
  const { sink } = bench;
  bench.body.on("error", () => {});
  return {
    ...bench,
    log,
    told,
    sink: {
      get closed() {
        return sink.closed;
      },
      get bufferedBytes() {
        return sink.bufferedBytes;
      },
      write: (pieces) => within(() => sink.write(pieces)),
      end: () => within(() => sink.end()),
      destroy: () => within(() => sink.destroy()),
    },
  };
}

const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function readSome(body: Readable): Promise<void> {
  if (body.read() === null) await Promise.race([once(body, "readable"), once(body, "close")]);
}

/** All that comes, until the end or a failure. */
async function textOf(body: Readable): Promise<string> {
  const bytes: Buffer[] = [];
  body.on("data", (some: Buffer) => bytes.push(some));
  if (!body.closed) await new Promise((resolve) => body.once("close", resolve));
  return Buffer.concat(bytes).toString();
}
