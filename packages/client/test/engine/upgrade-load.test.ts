/** Order under load: text and binary both ways while sessions move from polling to WebSocket. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { engines, Served } from "../streams/served.ts";
import { Diary } from "./diary.ts";
import { libraries } from "./libraries.ts";

const count = 400;
const messageOf = (n: number): string | Uint8Array => (n % 2 === 0 ? `${n}` : new Uint8Array([n >> 8, n & 255, n % 7]));
const textOf = (data: unknown): string => (typeof data === "string" ? data : `b${new Uint8Array(data as ArrayBuffer)}`);
const expected = Array.from({ length: count }, (_, n) => textOf(messageOf(n)));

for (const [name, openEngine] of Object.entries(engines)) {
  test(`nothing is lost, doubled or out of order at ${name}`, async (t) => {
    const served = await Served.open(t, {}, { openEngine });
    const received = new Map<object, string[]>();
    served.engine.on("connection", (session) => {
      const list: string[] = [];
      received.set(session, list);
      session.on("message", (data: unknown) => {
        session.send(messageOf(list.length));
        list.push(textOf(data));
      });
    });
    const diaries = Array.from({ length: 5 }, () => new Diary(t, libraries.ours.open(served.origin)));
    await Promise.all(
      diaries.map(async (diary) => {
        await diary.heard("open");
        let sent = 0;
        const more = (): void => {
          for (let each = 0; each < 5 && sent < count; each++) diary.client.send(messageOf(sent++));
          if (sent < count) setImmediate(more);
        };
        more();
        await diary.until(() => diary.messages.length === count);
        await diary.heard("upgrade");
        assert.deepEqual(diary.messages.map(textOf), expected);
      }),
    );
    for (const list of received.values()) assert.deepEqual(list, expected);
  });
}
