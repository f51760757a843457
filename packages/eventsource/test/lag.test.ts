/** Clients that come back: what they missed, as they read it, and then what comes. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Channel } from "../src/channel.ts";
import { ManualClock } from "./manual-clock.ts";
import { large, numbers, openChannel, reasonOf, shortened } from "./paced-channel.ts";
import { endOfTick, openPaced, type PacedSession } from "./paced-session.ts";

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
      const channel = openChannel();
      for (const number of numbers(0, 4)) channel.broadcast(number, { id: number === "1" ? "own" : undefined });
      const { session, heard } = openPaced({ lastEventId });
      assert.deepEqual(channel.register(session), { replayed: replayed.length, missed, id: "e-4" });
      channel.broadcast("live");
      await endOfTick();
      assert.deepEqual(heard(), [...replayed, "live"]);
    });
  }

  test("is not told a lie where there is no history", () => {
    const channel = openChannel({});
    assert.deepEqual(channel.register(openPaced().session), { replayed: 0, missed: false, id: undefined });
    const named = openPaced({ lastEventId: "7" });
    assert.deepEqual(channel.register(named.session), { replayed: 0, missed: true, id: undefined });
  });

  test("is told when what it needs has gone by its age, and not when there was silence alone", () => {
    const clock = new ManualClock();
    const channel = openChannel({ history: { age: 1_000 } }, clock);
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
    const channel = openChannel();
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
    const channel = openChannel<{ mayHear: boolean }>();
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
    assert.deepEqual(
      [first.heard(), second.heard()],
      [
        ["0", "1", "2"],
        ["0", "2"],
      ],
    );
  });

  test("is ended, and not registered, when a filter throws: it would have a hole", async () => {
    const channel = openChannel();
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
    const channel = openChannel();
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
    const channel = openChannel({ history: { events: 1_000 } });
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

  test("goes on though what it needs has become too old for others", async () => {
    const clock = new ManualClock();
    const channel = openChannel({ history: { age: 1_000 } }, clock);
    const { session, sink, heard } = await lateClient(channel);
    clock.advance(2_000);
    channel.broadcast(large(1_000));
    assert.equal(channel.register(openPaced({ lastEventId: "e-0" }).session).missed, true);
    for (; sink.pieces.length < 1 + 1_001 && !session.closed; sink.read()) await endOfTick();
    assert.equal(session.closed, false);
    assert.deepEqual(shortened(heard()), numbers(0, 1_001));
  });

  test("ends where the program takes the session out", async () => {
    const channel = openChannel();
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
