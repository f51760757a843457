/** Clients that come back, or do not keep up: nothing is lost unsaid, nothing comes twice, and all of it in order. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Channel } from "../src/channel.ts";
import { type ChannelOptions, resolveChannelOptions } from "../src/channel-options.ts";
import { Heartbeats } from "../src/heartbeats.ts";
import type { CloseReason } from "../src/session.ts";
import { ManualClock } from "./manual-clock.ts";
import { endOfTick, openPaced, type PacedSession } from "./paced-session.ts";

function open<SessionState = undefined>(
  options: ChannelOptions = { history: true },
  clock: ManualClock = new ManualClock(),
): Channel<undefined, SessionState> {
  return new Channel({ options: resolveChannelOptions(options), now: () => clock.now(), epoch: "e" });
}

function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, at) => String(from + at));
}

/** One of 1,000 bytes and more. */
function large(number: number): string {
  return String(number).padEnd(1_000, ".");
}

function shortened(heard: readonly string[]): string[] {
  return heard.map((data) => data.replace(/\.+$/, ""));
}

function reasonOf({ session }: PacedSession<undefined>): Promise<CloseReason> {
  return new Promise((resolve) => session.on("close", resolve));
}

describe("a client that comes back", () => {
  const returns: [name: string, lastEventId: string, replayed: string[], missed: boolean][] = [
    ["as a new one hears what comes", "", [], false],
    ["after the second of four hears two", "e-2", ["2", "3"], false],
    ["after an id of the program's", "own", ["2", "3"], false],
    ["after the last hears what comes", "e-4", [], false],
    ["from before the first hears all", "e-0", ["0", "1", "2", "3"], false],
    ["with another channel's id has missed something", "f-2", [], true],
    ["with an id that is to come has missed something", "e-5", [], true],
  ];

  for (const [name, lastEventId, replayed, missed] of returns) {
    test(name, async () => {
      const channel = open();
      for (const number of numbers(0, 4)) channel.broadcast(number, { id: number === "1" ? "own" : undefined });
      const { session, heard } = openPaced({ lastEventId });
      assert.deepEqual(channel.register(session), { replayed: replayed.length, missed, id: "e-4" });
      channel.broadcast("live");
      await endOfTick();
      assert.deepEqual(heard(), [...replayed, "live"]);
    });
  }

  test("is not told a lie where there is no history", () => {
    const channel = open({});
    assert.deepEqual(channel.register(openPaced().session), { replayed: 0, missed: false, id: undefined });
    const named = openPaced({ lastEventId: "7" });
    assert.deepEqual(channel.register(named.session), { replayed: 0, missed: true, id: undefined });
  });

  test("is told when what it needs has gone by its age, and not when there was silence alone", () => {
    const clock = new ManualClock();
    const channel = open({ history: { age: 1_000 } }, clock);
    channel.broadcast("1");
    clock.advance(500);
    channel.broadcast("2");
    clock.advance(600);
    const register = (lastEventId: string): object => channel.register(openPaced({ lastEventId }).session);
    assert.deepEqual(register("e-0"), { replayed: 0, missed: true, id: "e-2" });
    assert.deepEqual(register("e-1"), { replayed: 1, missed: false, id: "e-2" });
    clock.advance(10_000);
    assert.deepEqual(register("e-2"), { replayed: 0, missed: false, id: "e-2" });
  });

  test("to a channel that it had left is not sent again what it had", async () => {
    const channel = open();
    channel.broadcast("0");
    channel.broadcast("1");
    const { session, heard } = openPaced({ lastEventId: "e-1" });
    channel.register(session);
    channel.broadcast("2");
    channel.deregister(session);
    channel.broadcast("3");
    assert.deepEqual(channel.register(session), { replayed: 0, missed: false, id: "e-4" });
    channel.broadcast("4");
    await endOfTick();
    assert.deepEqual(heard(), ["1", "2", "4"]);
  });

  test("may hear what it may hear now, not what it might then", async () => {
    const channel = open<{ mayHear: boolean }>();
    const members = new Set(["alice"]);
    for (const number of numbers(0, 3)) {
      channel.broadcast(number, number === "1" ? { filter: () => members.has("alice") } : {});
    }
    const first = openPaced({ lastEventId: "e-0", state: { mayHear: true } });
    channel.register(first.session);
    members.delete("alice");
    const second = openPaced({ lastEventId: "e-0", state: { mayHear: true } });
    channel.register(second.session);
    await endOfTick();
    assert.deepEqual([first.heard(), second.heard()], [["0", "1", "2"], ["0", "2"]]); // biome-ignore format: beside each other
  });

  test("is ended, and not registered, when a filter throws: it would have a hole", async () => {
    const channel = open();
    channel.on("session-registered", () => assert.fail("registered"));
    channel.broadcast("0");
    channel.broadcast("1", {
      filter: () => {
        throw new Error("boom");
      },
    });
    const returning = openPaced({ lastEventId: "e-0" });
    const reason = reasonOf(returning);
    assert.throws(() => channel.register(returning.session), { message: "boom" });
    assert.deepEqual([returning.session.closed, channel.sessionCount], [true, 0]);
    assert.equal(await reason, "closed");
    assert.equal(returning.session.listenerCount("drain"), 0);
  });
});

describe("a replay that is longer than the client reads at once", () => {
  const budget = 100_000;

  /** Has missed 1,000 events of 1,000 bytes, and reads nothing yet. */
  async function lateClient(channel: Channel): Promise<PacedSession<undefined>> {
    for (let at = 0; at < 1_000; at++) channel.broadcast(large(at));
    const client = openPaced({ lastEventId: "e-0", maxBufferedBytes: budget });
    await endOfTick();
    client.sink.isPaused = true;
    assert.equal(channel.register(client.session).replayed, 1_000);
    await endOfTick();
    return client;
  }

  test("goes out as it reads, never more than its budget waits, and what is broadcast meanwhile comes behind", async () => {
    const channel = open();
    const { session, sink, heard } = await lateClient(channel);
    let sent = 1_000;
    for (; sink.pieces.length < 1 + sent; sink.read(7)) {
      if (sent < 1_500) channel.broadcast(large(sent++));
      await endOfTick();
    }
    assert.ok(sink.peak > 0 && sink.peak <= budget);
    assert.deepEqual(shortened(heard()), numbers(0, sent));
    assert.equal(session.listenerCount("drain"), 0);
    channel.broadcast("live");
    await endOfTick();
    sink.read();
    assert.equal(heard().at(-1), "live");
  });

  test("ends with the stream when the history loses what it needs: the client comes back, and is told", async () => {
    const channel = open({ history: { events: 1_000 } });
    const client = await lateClient(channel);
    const reason = reasonOf(client);
    for (let at = 1_000; at < 1_500; at++) channel.broadcast(large(at));
    client.sink.read();
    assert.equal(await reason, "slow");
    const heard = shortened(client.heard());
    assert.deepEqual(heard, numbers(0, heard.length));
    const back = openPaced({ lastEventId: `e-${heard.length}` });
    assert.equal(channel.register(back.session).missed, true);
  });

  test("ends where the program takes the session out", async () => {
    const channel = open();
    const { session, sink, heard } = await lateClient(channel);
    channel.deregister(session);
    while (sink.bufferedBytes > 0) {
      sink.read();
      await endOfTick();
    }
    assert.ok(heard().length > 0 && heard().length < 200);
    assert.deepEqual([session.closed, session.listenerCount("drain"), session.listenerCount("close")], [false, 0, 0]);
  });
});

describe("a client that does not keep up", () => {
  interface Slow {
    readonly channel: Channel;
    readonly client: PacedSession<undefined>;
    readonly clock: ManualClock;
  }

  async function slowClient(options: ChannelOptions): Promise<Slow> {
    const clock = new ManualClock();
    const channel = open(options, clock);
    const client = openPaced({ maxBufferedBytes: 10_000, heartbeats: new Heartbeats(clock) });
    channel.register(client.session);
    await endOfTick();
    client.sink.isPaused = true;
    channel.broadcast("0", { event: "first" });
    await endOfTick();
    assert.equal(client.session.congested, true);
    return { channel, client, clock };
  }

  test("is sent everything until its budget of bytes cuts it", async () => {
    const { channel, client } = await slowClient({});
    const reason = reasonOf(client);
    let sent = 0;
    for (; !client.session.closed; sent++) {
      channel.broadcast(large(sent));
      await endOfTick();
    }
    assert.equal(await reason, "slow");
    assert.ok(sent >= 10 && sent <= 12, `${sent}`);
    assert.equal(channel.sessionCount, 0);
  });

  for (const slow of ["close", "conflate"] as const) {
    test(`is cut when its oldest byte has waited too long (${slow})`, async () => {
      const { channel, client, clock } = await slowClient({ slow });
      const reason = reasonOf(client);
      clock.advance(60_000);
      assert.equal(await reason, "slow");
      assert.equal(channel.sessionCount, 0);
    });
  }

  test("has the newest of each key when it reads again, in the order of the calls", async () => {
    const { channel, client } = await slowClient({ slow: "conflate" });
    const others = openPaced();
    channel.register(others.session);
    const sent: [data: string, event: string | undefined, key?: string][] = [
      ["1", "a"],
      ["2", "b"],
      ["3", "a", "other"],
      ["4", undefined],
      ["5", "a"],
      ["6", "message"],
      ["7", "c", "b"],
    ];
    for (const [data, event, key] of sent) channel.broadcast(data, { event, key });
    await endOfTick();
    client.sink.read();
    await endOfTick();
    client.sink.isPaused = false;
    client.sink.read();
    channel.broadcast("8", { event: "a" });
    await endOfTick();
    assert.deepEqual(client.heard(), ["0", "3", "5", "6", "7", "8"]);
    assert.deepEqual(others.heard(), ["1", "2", "3", "4", "5", "6", "7", "8"]);
    assert.equal(client.session.listenerCount("drain"), 0);
  });

  test("is not given by conflation what a filter keeps from it", async () => {
    const { channel, client } = await slowClient({ slow: "conflate" });
    channel.broadcast("1", { key: "a" });
    channel.broadcast("2", { key: "a", filter: () => false });
    client.sink.read();
    await endOfTick();
    client.sink.read();
    assert.deepEqual(client.heard(), ["0", "1"]);
  });

  const bounds: [name: string, options: ChannelOptions, kept: number][] = [
    ["keys", { maxConflatedEvents: 20 }, 20],
    ["bytes", { maxConflatedBytes: 20_000 }, 19],
  ];
  for (const [name, options, kept] of bounds) {
    test(`is cut when more waits than may, by ${name}`, async () => {
      const { channel, client } = await slowClient({ slow: "conflate", ...options });
      const reason = reasonOf(client);
      let sent = 0;
      for (; !client.session.closed; sent++) channel.broadcast(large(sent), { key: `${sent}` });
      assert.equal(sent - 1, kept);
      assert.equal(await reason, "slow");
      assert.equal(channel.sessionCount, 0);
    });
  }

  test("never holds more than that, however much is sent of few keys", async () => {
    const { channel, client } = await slowClient({ slow: "conflate", maxConflatedEvents: 3, maxConflatedBytes: 5_000 });
    for (let at = 0; at < 5_000; at++) {
      channel.broadcast(large(at), { key: `${at % 3}` });
      if (at % 50 === 0) await endOfTick();
    }
    client.sink.read();
    await endOfTick();
    client.sink.read();
    assert.deepEqual(shortened(client.heard()), ["0", "4997", "4998", "4999"]);
    assert.ok(client.sink.peak < 5_000);
  });
});

type Step =
  | { readonly does: "broadcast"; readonly count: number; readonly isHidden: boolean; readonly isOwn: boolean }
  | { readonly does: "read"; readonly count: number }
  | { readonly does: "pause" | "resume" | "cut" | "tick" };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        does: fc.constant("broadcast" as const),
        count: fc.integer({ min: 1, max: 90 }),
        isHidden: fc.boolean(),
        isOwn: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ does: fc.constant("read" as const), count: fc.integer({ min: 1, max: 40 }) }) },
    { weight: 5, arbitrary: fc.record({ does: fc.constantFrom("pause" as const, "resume", "cut", "tick") }) },
  ),
  { maxLength: 40 },
);

/** Comes back with its last id each time its stream is over, as an EventSource does. */
class Returning {
  readonly heard: string[] = [];
  current: PacedSession<undefined>;
  private lastEventId = "e-0";
  private readonly channel: Channel;

  constructor(channel: Channel) {
    this.channel = channel;
    this.current = this.connect();
  }

  /** Takes down what the stream had brought, and opens the next one. */
  comeBack(): void {
    this.collect();
    this.current = this.connect();
  }

  collect(): void {
    const { events } = this.current.sink;
    this.heard.push(...events.map(({ data }) => data));
    this.lastEventId = events.at(-1)?.lastEventId || this.lastEventId;
  }

  private connect(): PacedSession<undefined> {
    const opened = openPaced({ lastEventId: this.lastEventId, maxBufferedBytes: 30_000 });
    assert.equal(this.channel.register(opened.session).missed, false);
    return opened;
  }
}

test("over any cuts, pauses and bursts, a client that comes back hears each event once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const channel = open();
      const client = new Returning(channel);
      const expected: string[] = [];
      let sent = 0;
      for (const step of sequence) {
        const { session, sink } = client.current;
        if (step.does === "broadcast") {
          for (let at = 0; at < step.count; at++, sent++) {
            channel.broadcast(large(sent), {
              id: step.isOwn ? `own ${sent}` : undefined,
              filter: step.isHidden ? () => false : undefined,
            });
            if (!step.isHidden) expected.push(String(sent));
          }
        } else if (step.does === "read") sink.read(step.count);
        else if (step.does === "cut") sink.cut();
        else if (step.does === "tick") await endOfTick();
        else sink.isPaused = step.does === "pause";
        if (session.closed) client.comeBack();
      }
      await settle(client);
      assert.deepEqual(shortened(client.heard), expected);
    }),
    { numRuns: 60 },
  );
});

/** Reads until nothing more comes. */
async function settle(client: Returning): Promise<void> {
  for (let quiet = 0; quiet < 2; quiet++) {
    const { session, sink } = client.current;
    sink.isPaused = false;
    const before = sink.pieces.length;
    await endOfTick();
    sink.read();
    if (session.closed) client.comeBack();
    if (client.current.sink !== sink || sink.pieces.length > before) quiet = -1;
  }
  client.collect();
}
