/** A session on a sink of the test's own: what it writes, when it beats, how it ends. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Heartbeats } from "../src/heartbeats.ts";
import { Session, type SessionParts } from "../src/session.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemorySink } from "./memory-sink.ts";
import { parseStream } from "./reference-parser.ts";

interface Bench {
  readonly session: Session;
  readonly sink: MemorySink;
  readonly clock: ManualClock;
  readonly log: string[];
}

function open(parts: Partial<SessionParts> = {}): Bench {
  const clock = new ManualClock();
  let sink: MemorySink | undefined;
  const session = new Session({
    open: (handler) => {
      sink = new MemorySink(handler);
      return sink;
    },
    lastEventId: "",
    heartbeats: new Heartbeats(clock),
    heartbeat: 25_000,
    retry: 3_000,
    ...parts,
  });
  assert.ok(sink);
  const log: string[] = [];
  session.on("close", () => log.push("close")).on("drain", () => log.push("drain"));
  return { session, sink, clock, log };
}

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

test("a call is one write, and bytes shared by many are not copied", () => {
  const { session, sink } = open();
  const bytes = Buffer.from("data: a\n\ndata: b\n\n");
  const before = sink.writes.length;
  session.write(bytes);
  session.push("a\nb", { event: "e", id: "7" });
  session.comment("a\nb");
  session.retry(5);
  assert.equal(sink.writes.length, before + 4);
  assert.equal(sink.writes[before], bytes);
});

test("no bytes are no write", () => {
  const { session, sink } = open();
  const before = sink.writes.length;
  assert.equal(session.write(new Uint8Array(0)), true);
  assert.equal(sink.writes.length, before);
});

test("tells who does not keep up, and when it has caught up", () => {
  const { session, sink, log } = open();
  sink.isSlow = true;
  assert.equal(session.push("abc"), false);
  assert.equal(session.bufferedBytes, "data: abc\n\n".length);
  assert.deepEqual(log, []);
  sink.drain();
  assert.equal(session.bufferedBytes, 0);
  assert.deepEqual(log, ["drain"]);
  assert.equal(session.push("abc"), true);
});

test("beats while it lives, and not to a client that has not read yet", () => {
  const { sink, clock } = open({ heartbeat: 1_000 });
  clock.advance(2_000);
  assert.equal(parseStream(sink.text).comments.length, 2);
  sink.bufferedBytes = 1;
  clock.advance(2_000);
  assert.equal(parseStream(sink.text).comments.length, 2);
  sink.bufferedBytes = 0;
  clock.advance(1_000);
  assert.equal(parseStream(sink.text).comments.length, 3);
});

test("does not beat if it is not to", () => {
  const { sink, clock } = open({ heartbeat: false });
  assert.equal(clock.waiting, 0);
  clock.advance(100_000);
  assert.equal(sink.text, "retry: 3000\n\n");
});

test("close ends the stream once, and nothing follows it", () => {
  const { session, sink, clock, log } = open();
  session.close();
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
  assert.deepEqual(log, ["close"]);
});

test("when the client goes, close is emitted once, and nothing is written any more", () => {
  const { session, sink, clock, log } = open();
  sink.handler.closed();
  assert.equal(session.closed, true);
  assert.deepEqual(log, ["close"]);
  assert.equal(clock.waiting, 0);
  session.close();
  assert.equal(sink.ends, 0);
  assert.equal(session.push("late"), false);
});

test("closing in its own close listener does no harm", () => {
  const { session, sink, log } = open();
  session.on("close", () => session.close());
  sink.handler.closed();
  assert.deepEqual(log, ["close"]);
});
