/** Clients that do not keep up: cut by bytes or age, or given the newest of each key. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Channel } from "../src/channel.ts";
import type { ChannelOptions } from "../src/channel-options.ts";
import { Heartbeats } from "../src/heartbeats.ts";
import { ManualClock } from "./manual-clock.ts";
import { large, openChannel, reasonOf, shortened } from "./paced-channel.ts";
import { endOfTick, openPaced, type PacedSession } from "./paced-session.ts";

describe("a client that does not keep up", () => {
  interface Slow {
    readonly channel: Channel;
    readonly client: PacedSession<undefined>;
    readonly clock: ManualClock;
  }

  async function slowClient(options: ChannelOptions): Promise<Slow> {
    const clock = new ManualClock();
    const channel = openChannel(options, clock);
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
