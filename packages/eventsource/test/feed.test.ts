/** Iterables and streams into a session: order, pace, and an end that leaves nothing open. */

import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { Heartbeats } from "../src/heartbeats.ts";
import { resolveSessionOptions } from "../src/options.ts";
import { Session } from "../src/session.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemorySink } from "./memory-sink.ts";
import { parseStream } from "./reference-parser.ts";

interface Bench {
  readonly session: Session;
  readonly sink: MemorySink;
  /** The data of all events so far. */
  data(): readonly string[];
}

function open(): Bench {
  let sink: MemorySink | undefined;
  const session = new Session({
    open: (handler) => {
      sink = new MemorySink(handler);
      return sink;
    },
    lastEventId: "",
    heartbeats: new Heartbeats(new ManualClock()),
    options: resolveSessionOptions({}),
  });
  session.flush();
  assert.ok(sink);
  const opened = sink;
  return {
    session,
    sink,
    data: () => {
      session.flush();
      return parseStream(opened.text).events.map(({ data }) => data);
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function* list(...items: readonly unknown[]): AsyncGenerator<unknown> {
  yield* items;
}

const items: [name: string, source: () => Iterable<unknown> | AsyncIterable<unknown>, data: readonly string[]][] = [
  ["a list", () => ["a", { b: 1 }, null], ["a", '{"b":1}', "null"]],
  ["a list of promises", () => [Promise.resolve("a"), "b"], ["a", "b"]],
  ["a string, by its characters", () => "aé🙂", ["a", "é", "🙂"]],
  ["a Set", () => new Set([1, 2]), ["1", "2"]],
  ["an async generator", () => list("a", "b"), ["a", "b"]],
  ["nothing", () => [], []],
  ["a Readable of objects", () => Readable.from([{ a: 1 }, "b"]), ['{"a":1}', "b"]],
];

for (const [name, source, data] of items) {
  test(`iterates ${name}`, async () => {
    const bench = open();
    await bench.session.iterate(source());
    assert.deepEqual(bench.data(), data);
  });
}

test("names the events as asked", async () => {
  const { session, sink } = open();
  await session.iterate(["a"], { event: "tick" });
  await session.stream(Readable.from(["b"]), { event: "tock" });
  session.flush();
  assert.deepEqual(
    parseStream(sink.text).events.map(({ type }) => type),
    ["tick", "tock"],
  );
});

const webStream = (...chunks: readonly unknown[]): ReadableStream =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

const cut = Buffer.from("é🙂");
const bytes = Array.from(cut, (byte) => Uint8Array.of(byte));
const streams: [name: string, chunks: readonly unknown[], data: readonly string[]][] = [
  ["strings as they are", ["a", "b\nc"], ["a", "b\nc"]],
  ["bytes as text", [Buffer.from("naïve"), new Uint8Array(Buffer.from("🙂"))], ["naïve", "🙂"]],
  ["characters that are cut anywhere", bytes, ["é", "🙂"]],
  ["a character that is never whole", [cut.subarray(0, 1)], ["\ufffd"]],
  ["a string behind half a character", [cut.subarray(0, 1), "a"], ["\ufffd", "a"]],
  ["a BOM, which is kept", [Buffer.from("\ufeffa")], ["\ufeffa"]],
  ["objects as JSON", [{ a: 1 }, [2]], ['{"a":1}', "[2]"]],
  ["bytes of another realm", [runInNewContext("Uint8Array.of(100, 97)")], ["da"]],
  ["what is a buffer of bytes", [Uint8Array.of(100, 97).buffer, runInNewContext("new ArrayBuffer(1)")], ["da", "\0"]],
  ["no bytes as nothing", [new Uint8Array(0), "a"], ["a"]],
];

for (const [name, chunks, data] of streams) {
  test(`streams ${name}`, async () => {
    for (const source of [Readable.from(chunks), webStream(...chunks)]) {
      const bench = open();
      await bench.session.stream(source);
      assert.deepEqual(bench.data(), data);
    }
  });
}

test("waits for a client that does not keep up, before it asks for more", async () => {
  const { session, sink, data } = open();
  let asked = 0;
  const done = session.iterate(
    (function* () {
      while (asked < 4) yield "x".repeat(100_000 + asked++);
    })(),
  );
  sink.isSlow = true;
  for (let round = 0; round < 5; round++) await turn();
  assert.equal(asked, 1);
  sink.isSlow = false;
  sink.drain();
  await done;
  assert.equal(asked, 4);
  assert.equal(data().length, 4);
});

test("an endless source lets others have their turn", async () => {
  const { session } = open();
  const done = session.iterate(
    (function* () {
      for (;;) yield "x".repeat(1_000);
    })(),
  );
  await turn();
  await turn();
  session.close();
  await done;
});

const ends: [name: string, end: (bench: Bench) => void][] = [
  ["the program closes it", ({ session }) => session.close()],
  ["the program destroys it", ({ session }) => session.destroy()],
  ["the client goes", ({ sink }) => sink.handler.closed()],
];

for (const [name, end] of ends) {
  test(`when ${name}, iterating stops at once, and the iterator returns`, async () => {
    const bench = open();
    let returned = 0;
    const source: AsyncIterable<unknown> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: async () => {
          returned++;
          return { done: true, value: undefined };
        },
      }),
    };
    const done = bench.session.iterate(source);
    await turn();
    end(bench);
    await done;
    assert.equal(returned, 1);
  });

  test(`when ${name} while it does not keep up, iterating stops too`, async () => {
    const bench = open();
    bench.sink.isSlow = true;
    const done = bench.session.iterate(["x".repeat(100_000), "never"]);
    await turn();
    end(bench);
    await done;
    assert.ok(!bench.sink.text.includes("never"));
  });

  test(`when ${name}, a stream that waits is destroyed or cancelled`, async () => {
    const readable = new Readable({ read: () => {} });
    let cancelled = false;
    const web = new ReadableStream({
      cancel: () => {
        cancelled = true;
      },
    });
    for (const source of [readable, web]) {
      const bench = open();
      const done = bench.session.stream(source);
      await turn();
      end(bench);
      await done;
    }
    assert.equal(readable.destroyed, true);
    assert.equal(cancelled, true);
  });
}

test("a session that is over takes nothing, and closes the source", async () => {
  const { session } = open();
  session.close();
  const readable = Readable.from(["a"]);
  await session.stream(readable);
  assert.equal(readable.destroyed, true);
  let asked = 0;
  await session.iterate(
    (function* () {
      asked++;
      yield 1;
    })(),
  );
  assert.equal(asked, 0);
});

test("what a source throws is rejected, and the session stays", async () => {
  const { session, data } = open();
  const failing = async function* (): AsyncGenerator<string> {
    yield "a";
    throw new Error("broken");
  };
  await assert.rejects(session.iterate(failing()), /broken/);
  await assert.rejects(session.stream(Readable.from(failing())), /broken/);
  await assert.rejects(session.stream(ReadableStream.from(failing())), /broken/);
  assert.equal(session.closed, false);
  assert.deepEqual(data(), ["a", "a", "a"]);
});

test("an iterator that throws is over, and is not asked to return; one of promises that fail is", async () => {
  const { session } = open();
  let returned = 0;
  const source = (next: () => IteratorResult<unknown>): Iterable<unknown> => ({
    [Symbol.iterator]: () => ({
      next,
      return: () => {
        returned++;
        return { done: true, value: undefined };
      },
    }),
  });
  const fail = (): never => {
    throw new Error("broken");
  };
  await assert.rejects(session.iterate(source(fail)), /broken/);
  assert.equal(returned, 0);
  const failing = source(() => ({ done: false, value: Promise.reject(new Error("broken")) }));
  await assert.rejects(session.iterate(failing), /broken/);
  assert.equal(returned, 1);
});

for (const options of ["price", null]) {
  test(`${JSON.stringify(options)} is refused for options, and nothing is taken from the source`, async () => {
    const { session } = open();
    const source = { [Symbol.iterator]: () => assert.fail("taken") };
    await assert.rejects(session.iterate(source, options as never), { code: "bad-options" });
    await assert.rejects(session.stream(Readable.from(["a"]), options as never), { code: "bad-options" });
  });
}

test("what cannot be pushed is rejected, and closes the source", async () => {
  const { session } = open();
  const readable = Readable.from([1n, "a"]);
  await assert.rejects(session.stream(readable), TypeError);
  assert.equal(readable.destroyed, true);
  await assert.rejects(session.iterate(["a"], { event: "a\nb" }), { code: "bad-event" });
});

for (const source of [undefined, null, 5, {}]) {
  test(`${JSON.stringify(source)} is no source`, async () => {
    const { session } = open();
    await assert.rejects(Reflect.apply(session.iterate, session, [source]), { code: "bad-source" });
    await assert.rejects(Reflect.apply(session.stream, session, [source]), { code: "bad-source" });
  });
}

test("an iterator that throws when it is stopped harms nobody", async () => {
  const { session } = open();
  const source: Iterable<unknown> = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: "a" }),
      return: () => {
        throw new Error("ignored");
      },
    }),
  };
  const done = session.iterate(source);
  session.close();
  await done;
});
