/** Many sessions in one channel: who hears what, what is told, and what is refused. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Channel } from "../src/channel.ts";
import { createChannel } from "../src/create-channel.ts";
import type { Session } from "../src/session.ts";
import { endOfTick, openPaced, type PacedSession } from "./paced-session.ts";

/** What a channel tells, as `name: session`. */
function logOf(channel: Channel, names: ReadonlyMap<Session<unknown>, string>): string[] {
  const log: string[] = [];
  for (const event of ["session-registered", "session-deregistered", "session-disconnected"] as const) {
    channel.on(event, (session) => log.push(`${event}: ${names.get(session)}, ${channel.sessionCount}`));
  }
  return log;
}

test("all sessions hear a broadcast, as one and the same bytes", async () => {
  const channel = createChannel();
  const sessions = [openPaced(), openPaced(), openPaced()];
  for (const { session } of sessions) channel.register(session);
  assert.equal(channel.broadcast({ a: 1 }, { event: "price", id: "7" }), "7");
  assert.equal(channel.broadcast("as it is"), undefined);
  assert.equal(channel.broadcast(undefined), undefined);
  await endOfTick();
  for (const { sink } of sessions) {
    assert.deepEqual(sink.events, [
      { type: "price", data: '{"a":1}', lastEventId: "7" },
      { type: "message", data: "as it is", lastEventId: "7" },
      { type: "message", data: "null", lastEventId: "7" },
    ]);
    for (const [at, piece] of sink.pieces.entries()) {
      if (at > 0) assert.equal(piece, sessions[0]?.sink.pieces[at]);
    }
  }
});

test("a filter says who hears an event", async () => {
  const channel = createChannel<undefined, { readonly room: string }>();
  const [red, blue] = [openPaced({ state: { room: "red" } }), openPaced({ state: { room: "blue" } })];
  channel.register(red.session);
  channel.register(blue.session);
  channel.broadcast("1", { filter: ({ state }) => state.room === "red" });
  channel.broadcast("2");
  await endOfTick();
  assert.deepEqual([red.heard(), blue.heard()], [["1", "2"], ["2"]]);
});

test("a session is told of when it comes, and twice when its stream is over", async () => {
  const channel = createChannel();
  const [a, b] = [openPaced(), openPaced()];
  const log = logOf(
    channel,
    new Map<Session<unknown>, string>([
      [a.session, "a"],
      [b.session, "b"],
    ]),
  );
  for (const { session } of [a, a, b]) channel.register(session);
  assert.deepEqual(channel.activeSessions, [a.session, b.session]);
  channel.deregister(a.session);
  channel.deregister(a.session);
  b.session.close();
  await endOfTick();
  assert.deepEqual(log, [
    "session-registered: a, 1",
    "session-registered: b, 2",
    "session-deregistered: a, 1",
    "session-disconnected: b, 1",
    "session-deregistered: b, 0",
  ]);
  channel.broadcast("nobody hears it");
  await endOfTick();
  assert.deepEqual([a.heard(), b.heard(), a.session.closed], [[], [], false]);
});

test("a session that is registered twice hears an event once", async () => {
  const channel = createChannel();
  const { session, heard } = openPaced();
  channel.register(session);
  channel.register(session);
  channel.broadcast("1");
  await endOfTick();
  assert.deepEqual(heard(), ["1"]);
});

test("a session that is closed is not registered, whether that was told already or not", async () => {
  const channel = createChannel({ history: true });
  const { session } = openPaced({ lastEventId: "unknown" });
  const log = logOf(channel, new Map([[session, "a"]]));
  session.close();
  assert.deepEqual(channel.register(session), { replayed: 0, missed: false, id: channel.register(session).id });
  await endOfTick();
  channel.register(session);
  assert.deepEqual([channel.sessionCount, log], [0, []]);
  assert.equal(session.listenerCount("close"), 0);
});

test("whoever comes or goes during a broadcast changes nothing for the others", async () => {
  const channel = createChannel<undefined, string>();
  const [a, b, c] = [openPaced({ state: "a" }), openPaced({ state: "b" }), openPaced({ state: "c" })];
  channel.register(a.session);
  channel.register(b.session);
  channel.broadcast("1", {
    filter: ({ state }) => {
      if (state === "a") channel.register(c.session);
      if (state === "a") channel.deregister(b.session);
      return true;
    },
  });
  channel.broadcast("2");
  await endOfTick();
  assert.deepEqual([a.heard(), b.heard(), c.heard()], [["1", "2"], ["1"], ["2"]]);
});

test("what a listener broadcasts comes behind what it is told of, for everyone", async () => {
  const channel = createChannel({ history: true });
  const sessions = [openPaced(), openPaced()];
  for (const { session } of sessions) channel.register(session);
  const ids: (string | undefined)[] = [];
  channel.on("broadcast", (data, _event, id) => {
    ids.push(id);
    if (data === "1") channel.broadcast("2");
  });
  channel.broadcast("1");
  await endOfTick();
  assert.deepEqual(
    sessions.map(({ heard }) => heard()),
    [
      ["1", "2"],
      ["1", "2"],
    ],
  );
  assert.deepEqual(
    ids.map((id) => id?.split("-")[1]),
    ["1", "2"],
  );
});

test("a broadcast is told of with its name and its id", () => {
  const channel = createChannel();
  const told: unknown[][] = [];
  channel.on("broadcast", (...all) => told.push(all));
  const data = { a: 1 };
  channel.broadcast(data);
  channel.broadcast(data, { event: "price", id: "7" });
  assert.deepEqual(told, [
    [data, "message", undefined],
    [data, "price", "7"],
  ]);
});

test("a session in two channels hears both in the order of the calls", async () => {
  const [first, second] = [createChannel(), createChannel()];
  const { session, heard } = openPaced();
  first.register(session);
  second.register(session);
  for (const [at, channel] of [first, second, second, first, second].entries()) channel.broadcast(at);
  session.push("pushed");
  first.broadcast(5);
  await endOfTick();
  assert.deepEqual(heard(), ["0", "1", "2", "3", "4", "pushed", "5"]);
});

test("a session may be in as many channels as there are, and leaves nothing in them", async (context) => {
  const warn = context.mock.method(process, "emitWarning", () => {});
  const { session } = openPaced();
  const channels = Array.from({ length: 50 }, () => createChannel());
  const limit = session.getMaxListeners();
  for (const channel of channels) channel.register(session);
  for (const channel of channels.slice(25)) channel.deregister(session);
  session.close();
  await endOfTick();
  assert.equal(warn.mock.callCount(), 0);
  assert.deepEqual([session.listenerCount("close"), session.listenerCount("drain")], [0, 0]);
  assert.equal(session.getMaxListeners(), limit);
  assert.ok(channels.every(({ sessionCount }) => sessionCount === 0));
});

describe("what is refused is refused before anything is kept or sent", () => {
  const boom = new Error("boom");
  const throwing = (): never => {
    throw boom;
  };
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const refused: [name: string, data: unknown, options: unknown, error: object][] = [
    ["a name alone", "", "price", { code: "bad-options" }],
    ["a name with a line end", "", { event: "a\nb" }, { code: "bad-event" }],
    ["a name that is none", "", { event: 7 }, { code: "bad-event" }],
    ["an id with NUL", "", { id: "a\0b" }, { code: "bad-id" }],
    ["an id that is none", "", { id: 7 }, { code: "bad-id" }],
    ["a filter that is none", "", { filter: "all" }, { code: "bad-filter" }],
    ["a filter that answers later", "", { filter: async () => false }, { code: "bad-filter" }],
    ["no options at all", "", null, { code: "bad-options" }],
    ["a key that is none", "", { key: 7 }, { code: "bad-key" }],
    [
      "a filter that throws for the second",
      "",
      { filter: (session: object) => session === second() || throwing() },
      boom,
    ],
    ["data that has no JSON", cyclic, {}, { name: "TypeError" }],
    ["data whose toJSON throws", { toJSON: throwing }, {}, boom],
  ];
  let sessions: PacedSession<undefined>[] = [];
  const second = (): object | undefined => sessions[1]?.session;

  for (const [name, data, options, error] of refused) {
    test(name, async () => {
      const channel = createChannel({ history: true });
      sessions = [openPaced(), openPaced(), openPaced()];
      for (const { session } of sessions) channel.register(session);
      channel.on("broadcast", () => assert.fail("told"));
      const before = channel.register(openPaced().session).id;
      assert.throws(() => Reflect.apply(channel.broadcast, channel, [data, options]), error);
      await endOfTick();
      assert.ok(sessions.every(({ heard }) => heard().length === 0));
      assert.equal(channel.register(openPaced().session).id, before);
    });
  }
});

test("a listener that throws is heard of, when all have the event", async () => {
  const channel = createChannel();
  const sessions = [openPaced(), openPaced()];
  for (const { session } of sessions) channel.register(session);
  channel.on("broadcast", () => {
    throw new Error("boom");
  });
  assert.throws(() => channel.broadcast("1"), { message: "boom" });
  await endOfTick();
  assert.ok(sessions.every(({ heard }) => heard().length === 1));
});

test("close ends every stream, and tells each when to come back", async () => {
  const channel = createChannel();
  const sessions = Array.from({ length: 50 }, () => openPaced());
  for (const { session } of sessions) channel.register(session);
  for (const retry of [-1, 0.5, "1", Number.NaN]) {
    assert.throws(() => Reflect.apply(channel.close, channel, [{ retry }]), { code: "bad-retry" });
  }
  assert.throws(() => Reflect.apply(channel.close, channel, [null]), { code: "bad-options" });
  channel.broadcast("last");
  channel.close({ retry: 1_000_000 });
  await endOfTick();
  assert.equal(channel.sessionCount, 0);
  const times = sessions.map(({ sink }) => Number(/retry: (\d+)/.exec(sink.text)?.[1]));
  assert.ok(times.every((time) => time >= 0 && time <= 1_000_000));
  assert.ok(new Set(times).size > 1);
  assert.ok(sessions.every(({ heard }) => heard().join() === "last"));
});

test("a session is out of its channel before its own listeners hear of the end, which may throw", async () => {
  const channel = createChannel();
  const { session } = openPaced();
  const counts: number[] = [];
  session.on("close", () => counts.push(channel.sessionCount));
  channel.register(session);
  session.destroy();
  await endOfTick();
  assert.deepEqual(counts, [0]);
});

test("close without a time leaves them what they were told, and the channel goes on", async () => {
  const channel = createChannel({ state: { name: "news" } });
  const [before, after] = [openPaced(), openPaced()];
  channel.register(before.session);
  channel.close();
  channel.register(after.session);
  channel.broadcast("1");
  await endOfTick();
  assert.deepEqual([before.heard(), before.sink.text.includes("retry"), after.heard()], [[], false, ["1"]]);
  assert.equal(channel.state.name, "news");
});
