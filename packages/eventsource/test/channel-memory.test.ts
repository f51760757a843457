/** What is over leaves nothing behind: neither in a channel, nor on the heap. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createChannel, type Session } from "../src/server.ts";
import { endOfTick, openPaced } from "./paced-session.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

/** What is held by a job that runs cannot be collected, so some turns pass. */
async function collected(references: readonly WeakRef<object>[]): Promise<number> {
  for (let turn = 0; turn < 5; turn++) {
    await endOfTick();
    if (typeof collectGarbage === "function") collectGarbage();
  }
  return references.filter((reference) => reference.deref() === undefined).length;
}

const count = 10_000;

for (const options of [{}, { history: true }, { history: true, slow: "conflate" }] as const) {
  test(`10,000 sessions that came and went leave nothing in a channel of ${JSON.stringify(options)}`, async () => {
    const channel = createChannel(options);
    let told = 0;
    channel.on("session-deregistered", () => told++);
    const { id: lastEventId = "" } = channel.register(openPaced().session);
    for (let at = 0; at < 100; at++) channel.broadcast("x".repeat(1_000), { filter: () => true });
    const references: WeakRef<Session>[] = [];
    for (let at = 0; at < count; at++) references.push(new WeakRef(await visit(at)));

    async function visit(at: number): Promise<Session> {
      const { session, sink } = openPaced({ lastEventId, maxBufferedAge: false });
      sink.isPaused = at % 2 === 0;
      channel.register(session);
      if (at % 100 !== 0) return session;
      channel.broadcast("y", { filter: (other) => other.closed === false });
      await endOfTick();
      return session;
    }

    assert.equal(channel.sessionCount, count + 1);
    for (const [at, session] of channel.activeSessions.entries()) {
      if (at % 2 === 0)
        session.close(); // all that it was sent has been read
      else if (at % 3 === 0) session.destroy();
      else channel.deregister(session);
    }
    await endOfTick();
    assert.deepEqual([channel.sessionCount, channel.activeSessions.length], [0, 0]);
    assert.equal(told, count + 1);
    assert.ok((await collected(references)) >= count - 10); // the engine may hold the last few
    channel.broadcast("the channel lives on");
  });
}

test("a history holds no more than its limits, and nothing of what has left", async () => {
  const channel = createChannel({ history: { events: 10 } });
  const references: WeakRef<object>[] = [];
  for (let at = 0; at < 1_000; at++) {
    const filter = (): boolean => at >= 0;
    references.push(new WeakRef(filter));
    channel.broadcast("x", { id: `own ${at}`, filter });
  }
  assert.ok((await collected(references)) >= 980);
  channel.broadcast("the channel lives on");
});
