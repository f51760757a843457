/** A long poll as a link: what is answered, and when; time is a mock. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { CloseReason } from "../../src/link.ts";
import { type Cursor, parseCursor } from "../../src/plain/cursor.ts";
import { type Poll, PollLink, type PollLinkOptions } from "../../src/plain/poll-link.ts";
import { FakeSocket, outgoing } from "./fake-gate.ts";

interface Answered {
  readonly events: readonly { readonly event: string; readonly data?: unknown; readonly id?: string }[];
  readonly next: string;
  readonly session: string;
}

const hello = { session: "s", socket: "1", heartbeat: 25_000, recovered: false, reason: undefined, id: undefined };
const limits = { maxBufferedBytes: 1_000, maxBufferedAge: 30_000, maxQueuedEvents: 10, pollSessionTimeout: 60_000 };

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "setImmediate", "Date"] }));
afterEach(() => mock.timers.reset());

interface Bench {
  readonly link: PollLink;
  readonly socket: FakeSocket;
  readonly lingering: PollLink[];
}

function setUp(options: Partial<PollLinkOptions> = {}): Bench {
  const socket = new FakeSocket("s", undefined);
  const lingering: PollLink[] = [];
  const link = new PollLink({
    handler: socket,
    session: "s",
    principal: undefined,
    since: undefined,
    limits,
    now: () => Date.now(),
    lingers: (one) => lingering.push(one),
    ...options,
  });
  socket.link = link;
  return { link, socket, lingering };
}

/** A link whose first poll was answered. */
function setUpOpen(options: Partial<PollLinkOptions> = {}): Bench & { readonly first: Answered } {
  const bench = setUp(options);
  const first = poll(bench.link);
  bench.link.open(hello);
  mock.timers.tick(0);
  return { ...bench, first: answerOf(first) };
}

interface TestPoll extends Poll {
  readonly bodies: string[];
}

function poll(link: PollLink, next?: string, wait = 25_000): TestPoll {
  const bodies: string[] = [];
  const since: Cursor | undefined = next === undefined ? undefined : parseCursor(next);
  const one = { since, wait, bodies, answer: (body: string) => void bodies.push(body) };
  assert.equal(link.poll(one), true);
  return one;
}

function answerOf({ bodies }: TestPoll): Answered {
  assert.equal(bodies.length, 1, "answered exactly once");
  return JSON.parse(bodies[0] ?? "");
}

function names({ events }: Answered): string[] {
  return events.map(({ event }) => event);
}

test("the first poll is answered as soon as the link is open, with what was sent in the same go", () => {
  const { link, socket } = setUp();
  const first = poll(link, undefined, 0);
  link.open({ ...hello, id: "e-1", reason: "unknown-session" });
  socket.send(outgoing("a", 1));
  assert.deepEqual(first.bodies, []);
  mock.timers.tick(0);
  const { events, next, session } = answerOf(first);
  assert.deepEqual(events, [
    {
      event: "anywire:open",
      data: { session: "s", socket: "1", heartbeat: 25_000, recovered: false, reason: "unknown-session" },
      id: "e-1",
    },
    { event: "a", data: 1 },
  ]);
  assert.equal(session, "s");
  assert.equal(parseCursor(next)?.id, "e-1");
});

test("a poll is held until something comes, which all goes in one batch", () => {
  const { link, socket, first } = setUpOpen();
  const second = poll(link, first.next);
  mock.timers.tick(24_999);
  assert.deepEqual(second.bodies, []);
  socket.send(outgoing("a"), outgoing("b"));
  socket.send(outgoing("c"));
  mock.timers.tick(0);
  assert.deepEqual(names(answerOf(second)), ["a", "b", "c"]);
});

test("when nothing comes, an empty batch with the same cursor", () => {
  const { link, first } = setUpOpen();
  const second = poll(link, first.next);
  mock.timers.tick(25_000);
  assert.deepEqual(answerOf(second), { events: [], next: first.next, session: "s" });
  const third = poll(link, first.next, 0);
  assert.deepEqual(names(answerOf(third)), []);
});

test("a batch whose answer was lost is given again, with what came since", () => {
  const { link, socket, first } = setUpOpen();
  socket.send(outgoing("a"));
  assert.deepEqual(names(answerOf(poll(link, first.next))), ["a"]);
  socket.send(outgoing("b"));
  const again = answerOf(poll(link, first.next));
  assert.deepEqual(names(again), ["a", "b"]);
  const last = poll(link, again.next);
  mock.timers.tick(25_000);
  assert.deepEqual(names(answerOf(last)), []);
});

test("without a cursor, or with another's, everything that is not confirmed is given again", () => {
  const { link } = setUpOpen();
  assert.deepEqual(names(answerOf(poll(link))), ["anywire:open"]);
  assert.deepEqual(names(answerOf(poll(link, "other.1~"))), ["anywire:open"]);
});

test("a second poll ends the first with an empty batch", () => {
  const { link, socket, first } = setUpOpen();
  const second = poll(link, first.next);
  const third = poll(link, first.next);
  assert.deepEqual(answerOf(second), { events: [], next: first.next, session: "s" });
  socket.send(outgoing("a"));
  mock.timers.tick(0);
  assert.deepEqual(names(answerOf(third)), ["a"]);
  assert.equal(second.bodies.length, 1);
});

test("a poll that went away is not answered: what comes waits for the next", () => {
  const { link, socket, first } = setUpOpen();
  const second = poll(link, first.next);
  socket.send(outgoing("a"));
  link.abandon(second);
  mock.timers.tick(0);
  assert.deepEqual(second.bodies, []);
  assert.deepEqual(names(answerOf(poll(link, first.next))), ["a"]);
});

test("an old poll that goes away does not take the new one along", () => {
  const { link, socket, first } = setUpOpen();
  const second = poll(link, first.next);
  const third = poll(link, first.next);
  link.abandon(second);
  socket.send(outgoing("a"));
  mock.timers.tick(0);
  assert.deepEqual(names(answerOf(third)), ["a"]);
});

test("a session lives 60 s without a poll, and as long as one is held", () => {
  const { link, socket, first } = setUpOpen();
  mock.timers.tick(59_999);
  assert.deepEqual(socket.closings, []);
  poll(link, first.next, 3_600_000);
  mock.timers.tick(3_599_999);
  assert.deepEqual(socket.closings, []);
  mock.timers.tick(1);
  mock.timers.tick(60_000);
  assert.deepEqual(socket.closings, ["ping timeout"]);
  assert.equal(link.poll({ since: undefined, wait: 0, answer: () => assert.fail("it has ended") }), false);
});

test("a first poll that goes away before the link is open starts the same 60 s", () => {
  const { link, socket } = setUp();
  link.abandon(poll(link));
  link.open(hello);
  mock.timers.tick(60_000);
  assert.deepEqual(socket.closings, ["ping timeout"]);
});

const closings: [reason: CloseReason, told: string][] = [
  ["disconnected", "server namespace disconnect"],
  ["taken-over", "session taken over"],
  ["slow-consumer", "slow consumer"],
  ["shutting-down", "server shutting down"],
];

const tick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

for (const [reason, told] of closings) {
  test(`${reason}: a held poll is told at once, the socket after the call`, async () => {
    const { link, socket, first } = setUpOpen();
    const second = poll(link, first.next);
    link.close(reason, 5_000);
    link.close(reason);
    const { events } = answerOf(second);
    assert.deepEqual(events, [{ event: "anywire:close", data: { reason, retry: 5_000 } }]);
    assert.deepEqual(socket.closings, []);
    await tick();
    assert.deepEqual(socket.closings, [told]);
    socket.send(outgoing("late"));
    assert.equal(link.poll({ ...second, since: undefined }), reason === "disconnected" || reason === "shutting-down");
  });
}

test("what was sent before the program disconnected is still fetched, then it is over", async () => {
  const { link, socket, first, lingering } = setUpOpen();
  socket.send(outgoing("bye"));
  link.close("disconnected");
  await tick();
  assert.deepEqual(lingering, [link]);
  const last = answerOf(poll(link, first.next));
  assert.deepEqual(names(last), ["bye", "anywire:close"]);
  assert.deepEqual(names(answerOf(poll(link, first.next))), ["bye", "anywire:close"], "its answer may get lost too");
  assert.equal(
    link.poll({ since: parseCursor(last.next), wait: 0, answer: () => assert.fail("all was fetched") }),
    false,
  );
});

const slow: [says: string, sends: (socket: FakeSocket) => void][] = [
  ["more bytes than the budget", (socket) => socket.send(outgoing("a", "x".repeat(1_000)))],
  [
    "more bytes by and by",
    (socket) => {
      for (let n = 0; n < 8; n++) socket.send(outgoing("a", "x".repeat(150)));
    },
  ],
  [
    "too many events",
    (socket) => {
      for (let n = 0; n < 11; n++) socket.send(outgoing("a"));
    },
  ],
  [
    "events that are too old",
    (socket) => {
      socket.send(outgoing("a"));
      mock.timers.setTime(Date.now() + 60_001);
      socket.send(outgoing("b"));
    },
  ],
];

for (const [says, sends] of slow) {
  test(`${says}: the session ends, and holds nothing any more`, async () => {
    const { link, socket, first } = setUpOpen();
    poll(link, first.next, 0);
    sends(socket);
    await tick();
    assert.deepEqual(socket.closings, ["slow consumer"]);
    assert.equal(link.bufferedBytes, 0);
    assert.equal(link.isLingering, false);
  });
}

test("a client that polls and never confirms is too slow in the end", async () => {
  const { link, socket, first } = setUpOpen();
  socket.send(outgoing("a"));
  for (let seconds = 0; seconds < 60; seconds += 10) {
    poll(link, first.next);
    mock.timers.tick(10_000);
  }
  mock.timers.tick(1);
  assert.equal(link.poll({ since: parseCursor(first.next), wait: 0, answer: () => assert.fail("too late") }), false);
  await tick();
  assert.deepEqual(socket.closings, ["slow consumer"]);
});

test("volatile events are dropped while others wait for a poll, and only then", () => {
  const { link, socket, first } = setUpOpen();
  socket.sendVolatile(outgoing("v1"));
  socket.sendVolatile(outgoing("v2"));
  const second = answerOf(poll(link, first.next));
  assert.deepEqual(names(second), ["v1"]);
  poll(link, second.next);
  socket.sendVolatile(outgoing("v3"));
  socket.sendVolatile(outgoing("v4"));
  mock.timers.tick(0);
  assert.deepEqual(names(answerOf(poll(link, second.next))), ["v3", "v4"]);
});

test("the socket is told when everything was fetched", () => {
  const { link, socket, first } = setUpOpen();
  assert.ok(link.bufferedBytes > 0);
  poll(link, first.next);
  assert.equal(link.bufferedBytes, 0);
  assert.equal(socket.drains, 1);
});

test("the cursor names the last id, also when it was the client's own when it came", () => {
  const { link, socket, first } = setUpOpen({ since: "e-5" });
  assert.equal(parseCursor(first.next)?.id, "e-5");
  socket.send({ ...outgoing("a"), id: "e-6" }, outgoing("b"));
  assert.equal(parseCursor(answerOf(poll(link, first.next)).next)?.id, "e-6");
});
