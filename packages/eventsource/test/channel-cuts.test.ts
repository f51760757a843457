/** Whatever happens to its streams, a client that comes back loses nothing, and hears nothing twice. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Channel } from "../src/channel.ts";
import { large, openChannel, shortened } from "./paced-channel.ts";
import { endOfTick, openPaced, type PacedSession } from "./paced-session.ts";

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
      const channel = openChannel();
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
