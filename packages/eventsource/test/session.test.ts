/** A session on a sink of the test's own: what it writes, when it beats, how it ends. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { Heartbeats } from "../src/heartbeats.ts";
import { resolveSessionOptions, type SessionOptions } from "../src/options.ts";
import type { EventSinkHandler } from "../src/protocol/event-sink.ts";
import { Session } from "../src/session.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemorySink } from "./memory-sink.ts";
import { parseStream } from "./reference-parser.ts";

interface Bench {
  readonly session: Session;
  readonly sink: MemorySink;
  readonly clock: ManualClock;
  readonly log: string[];
}

function open(given: SessionOptions = {}): Bench {
  const clock = new ManualClock();
  let sink: MemorySink | undefined;
  const session = new Session({
    open: (handler) => {
      sink = new MemorySink(handler);
      return sink;
    },
    lastEventId: "",
    heartbeats: new Heartbeats(clock),
    options: resolveSessionOptions(given),
  });
  session.flush();
  assert.ok(sink);
  const log: string[] = [];
  session.on("close", (reason) => log.push(`close: ${reason}`)).on("drain", () => log.push("drain"));
  return { session, sink, clock, log };
}

const endOfTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("says first when to come back, and a comment if it is not to say that", () => {
  assert.equal(open().sink.text, "retry: 3000\n\n");
  assert.equal(open({ retry: 0 }).sink.text, "retry: 0\n\n");
  assert.equal(open({ retry: false }).sink.text, ": \n\n");
});

const pushed: [name: string, data: unknown, text: string][] = [
  ["a string as it is", "a\nb", "a\nb"],
  ["an empty string", "", ""],
  ["a string that is JSON as it is", '"a"', '"a"'],
  ["an object as JSON", { a: [1] }, '{"a":[1]}'],
  ["a list as JSON", ["a\nb"], '["a\\nb"]'],
  ["a number as JSON", 0, "0"],
  ["null as JSON", null, "null"],
  ["undefined as null", undefined, "null"],
  ["a Date as its toJSON", new Date(0), '"1970-01-01T00:00:00.000Z"'],
];

for (const [name, data, text] of pushed) {
  test(`pushes ${name}`, () => {
    const { session, sink } = open();
    assert.equal(session.push(data, { event: "e", id: "7" }), true);
    session.flush();
    assert.deepEqual(parseStream(sink.text).events, [{ type: "e", data: text, lastEventId: "7" }]);
  });
}

test("what cannot be pushed throws, and nothing is written", () => {
  const { session, sink } = open();
  const before = sink.writes.length;
  assert.throws(() => session.push("a", { event: "a\nb" }), { code: "bad-event" });
  assert.throws(() => session.push("a", { id: "\0" }), { code: "bad-id" });
  assert.throws(() => session.retry(0.5), { code: "bad-retry" });
  assert.throws(() => session.push(1n), TypeError);
  assert.equal(sink.writes.length, before);
  assert.equal(session.closed, false);
});

test("what a tick brings is one write at its end, and bytes shared by many are not copied", async () => {
  const { session, sink } = open();
  const bytes = Buffer.from("data: a\n\ndata: b\n\n");
  const before = sink.writes.length;
  session.write(bytes);
  session.push("a\nb", { event: "e", id: "7" });
  session.comment("a\nb");
  session.retry(5);
  assert.equal(sink.writes.length, before);
  assert.ok(session.bufferedBytes > bytes.length);
  await endOfTick();
  assert.equal(session.bufferedBytes, 0);
  assert.equal(sink.writes.length, before + 1);
  assert.equal(sink.writes[before]?.[0], bytes);
  assert.equal(sink.writes[before]?.length, 4);
});

test("flush does not wait for the end of the tick, and nothing leaves twice", async () => {
  const { session, sink } = open();
  const before = sink.writes.length;
  session.push("a");
  session.flush();
  session.flush();
  assert.equal(sink.writes.length, before + 1);
  await endOfTick();
  assert.equal(sink.writes.length, before + 1);
});

test("what is encoded already is written as text and as bytes of any realm", async () => {
  const { session, sink } = open({ retry: false });
  session.write("data: 1\n\n");
  session.write(Buffer.from("data: 2\n\n"));
  session.write(runInNewContext("Uint8Array.of(58, 10, 10)"));
  session.flush();
  assert.equal(sink.text, ": \n\ndata: 1\n\ndata: 2\n\n:\n\n");
});

const misused: [name: string, use: (session: Session) => unknown, code: string][] = [
  ["a name alone, as better-sse has it", (session) => session.push("", "price" as never), "bad-options"],
  ["null for options", (session) => session.push("", null as never), "bad-options"],
  ["a buffer that is no bytes", (session) => session.write(new ArrayBuffer(3) as never), "bad-bytes"],
  ["bytes that are two wide", (session) => session.write(new Uint16Array(1) as never), "bad-bytes"],
  ["a list", (session) => session.write([1] as never), "bad-bytes"],
];

for (const [name, use, code] of misused) {
  test(`refuses ${name}`, () => {
    const { session } = open();
    assert.throws(() => use(session), { code });
    assert.equal(session.bufferedBytes, 0);
  });
}

test("no bytes are no write", async () => {
  const { session, sink } = open();
  const before = sink.writes.length;
  assert.equal(session.write(new Uint8Array(0)), true);
  await endOfTick();
  assert.equal(sink.writes.length, before);
});

test("tells who does not keep up, and when it has caught up", () => {
  const { session, sink, log } = open();
  sink.isSlow = true;
  assert.equal(session.push("abc"), true, "nobody knows yet");
  session.flush();
  assert.equal(session.congested, true);
  assert.equal(session.push("abc"), false);
  session.flush();
  assert.equal(session.bufferedBytes, 2 * "data: abc\n\n".length);
  assert.deepEqual(log, []);
  sink.drain();
  assert.equal(session.congested, false);
  assert.equal(session.bufferedBytes, 0);
  assert.deepEqual(log, ["drain"]);
  assert.equal(session.push("abc"), true);
});

test("much in one tick leaves at once, and whoever sends it is asked to wait for the next one", async () => {
  const { session, sink, log } = open();
  const much = Buffer.alloc(65_536, "a");
  const before = sink.writes.length;
  assert.equal(session.write(much), false);
  assert.equal(sink.writes.length, before + 1);
  assert.equal(session.congested, false, "the client keeps up");
  assert.equal(session.write(much), false);
  await endOfTick();
  assert.deepEqual(log, ["drain"]);
  assert.equal(session.push("a"), true);
});

test("as much as may wait is much, however little that is", async () => {
  const { session, sink } = open({ maxBufferedBytes: 100 });
  await endOfTick(); // the beginning of the stream has left
  const before = sink.writes.length;
  assert.equal(session.write(Buffer.alloc(99, "a")), true);
  assert.equal(sink.writes.length, before);
  assert.equal(session.write(Buffer.alloc(1, "a")), false);
  assert.equal(sink.writes.length, before + 1);
  assert.equal(session.congested, false, "the client keeps up");
});

test("a slow client is cut when more is sent and more than its budget waits", async () => {
  const { session, sink, log } = open({ maxBufferedBytes: 100 });
  sink.isSlow = true;
  session.write(Buffer.alloc(1_000, "a"));
  session.write(Buffer.alloc(1_000, "a"));
  await endOfTick();
  assert.equal(session.closed, false, "it had nothing waiting");
  assert.equal(session.push("more"), false);
  assert.equal(sink.destroys, 1);
  assert.equal(session.closed, true);
  assert.equal(session.push("more"), false);
  sink.handler.closed();
  assert.deepEqual(log, ["close: slow"]);
});

test("a slow client is cut when a byte has waited too long, however many others leave", () => {
  const { session, sink, clock, log } = open({ maxBufferedAge: 8_000, heartbeat: false });
  sink.isSlow = true;
  session.write(Buffer.alloc(10_000, "a"));
  session.flush();
  for (let second = 0; second < 7; second++) {
    clock.advance(1_000);
    sink.bufferedBytes -= 1_000;
    session.write(Buffer.alloc(1_000, "b"));
    session.flush();
  }
  assert.equal(sink.destroys, 0);
  clock.advance(1_000);
  assert.equal(sink.destroys, 1);
  sink.handler.closed();
  assert.deepEqual(log, ["close: slow"]);
  assert.equal(clock.waiting, 0);
});

test("a client that reads all within the time is waited for, and not watched any longer", () => {
  const { session, sink, clock } = open({ maxBufferedAge: 8_000, heartbeat: false });
  sink.isSlow = true;
  for (let time = 0; time < 10; time++) {
    session.write(Buffer.alloc(1_000, "a"));
    session.flush();
    clock.advance(6_000);
    sink.bufferedBytes = 0;
  }
  clock.advance(2_000);
  assert.equal(sink.destroys, 0);
  assert.equal(clock.waiting, 0);
});

test("limits that are false are none", () => {
  const { session, sink, clock } = open({ maxBufferedBytes: false, maxBufferedAge: false });
  sink.isSlow = true;
  for (let time = 0; time < 100; time++) {
    session.write(Buffer.alloc(1_000_000, "a"));
    session.flush();
  }
  clock.advance(10_000_000);
  assert.equal(sink.destroys, 0);
});

test("a closed stream that is not read is cut all the same, and stays closed by the program", () => {
  const { session, sink, clock, log } = open({ maxBufferedAge: 8_000 });
  sink.isSlow = true;
  session.push("last");
  session.close();
  clock.advance(9_000);
  assert.equal(sink.destroys, 1);
  sink.handler.closed();
  assert.deepEqual(log, ["close: closed"]);
});

test("beats while it lives, and not to a client that has not read yet", async () => {
  const { session, sink, clock } = open({ heartbeat: 1_000 });
  const beat = async (milliseconds: number): Promise<number> => {
    clock.advance(milliseconds);
    await endOfTick();
    return parseStream(sink.text).comments.length;
  };
  assert.equal(await beat(1_000), 1);
  assert.equal(await beat(1_000), 2);
  sink.bufferedBytes = 1;
  assert.equal(await beat(2_000), 2);
  sink.bufferedBytes = 0;
  assert.equal(await beat(1_000), 3);
  session.push("on its way");
  clock.advance(1_000);
  assert.equal(await beat(0), 3);
});

test("does not beat if it is not to", () => {
  const { sink, clock } = open({ heartbeat: false });
  assert.equal(clock.waiting, 0);
  clock.advance(100_000);
  assert.equal(sink.text, "retry: 3000\n\n");
});

test("close ends the stream once, behind what was sent, and nothing follows it", () => {
  const { session, sink, clock, log } = open();
  session.push("last");
  session.close();
  assert.ok(sink.text.endsWith("data: last\n\n"));
  session.close();
  assert.equal(session.closed, true);
  assert.equal(sink.ends, 1);
  const { text } = sink;
  assert.equal(session.push("late"), false);
  assert.equal(session.write(Buffer.from("data: late\n\n")), false);
  assert.equal(session.comment("late"), false);
  assert.equal(session.retry(1), false);
  clock.advance(100_000);
  assert.equal(sink.text, text);
  assert.equal(clock.waiting, 0);
  assert.deepEqual(log, [], "the stream has not ended yet");
  sink.handler.closed();
  assert.deepEqual(log, ["close: closed"]);
});

test("when the client goes, close is emitted once, and nothing is written any more", () => {
  const { session, sink, clock, log } = open();
  sink.handler.closed();
  assert.equal(session.closed, true);
  assert.deepEqual(log, ["close: gone"]);
  assert.equal(clock.waiting, 0);
  session.close();
  assert.equal(sink.ends, 0);
  assert.equal(session.push("late"), false);
});

test("a stream that is over is not told of room", () => {
  const { session, sink, log } = open();
  sink.isSlow = true;
  session.push("last");
  session.close();
  assert.equal(session.congested, true);
  sink.drain();
  sink.handler.closed();
  assert.deepEqual(log, ["close: closed"]);
});

test("closing in its own close listener does no harm", () => {
  const { session, sink, log } = open();
  session.on("close", () => session.close());
  sink.handler.closed();
  assert.deepEqual(log, ["close: gone"]);
});

test("destroy loses what has not left, and what was sent before it in the tick", async () => {
  const { session, sink, log } = open();
  const { text } = sink;
  session.push("lost");
  session.destroy();
  assert.equal(session.closed, true);
  assert.equal(session.bufferedBytes, 0);
  assert.equal(session.push("late"), false);
  await endOfTick();
  assert.equal(sink.text, text);
  assert.equal(sink.destroys, 1);
  sink.handler.closed();
  assert.deepEqual(log, ["close: closed"]);
});

test("a stream that is closing can be destroyed", () => {
  const { session, sink } = open();
  session.close();
  session.destroy();
  assert.deepEqual([sink.ends, sink.destroys], [1, 1]);
});

test("what others write comes behind what was sent before", () => {
  const { session, sink } = open();
  session.push("before");
  sink.handler.flush();
  assert.ok(sink.text.endsWith("data: before\n\n"));
});

test("carries what the program gives it", () => {
  const { session } = open();
  const none: undefined = session.state;
  assert.equal(none, undefined);
  const options = resolveSessionOptions({ state: { name: "Ada" } });
  const open_ = (handler: EventSinkHandler): MemorySink => new MemorySink(handler);
  const own = new Session({ open: open_, lastEventId: "", heartbeats: new Heartbeats(new ManualClock()), options });
  own.state.name += " L.";
  assert.equal(own.state.name, "Ada L.");
});
