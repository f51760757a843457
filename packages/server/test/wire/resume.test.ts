/** Delivery, "Two resumes", over real connections: 1,000 events and random cuts lose and repeat nothing. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { WebSocket } from "ws";
import { Server } from "../../src/index.ts";
import { EventStreamReader } from "./event-stream-reader.ts";

const count = 1_000;

async function listen(t: TestContext): Promise<{ io: Server; url: string }> {
  const io = new Server({ plain: { authorize: () => true }, history: {} });
  const httpServer = createServer().listen(0, "127.0.0.1");
  io.attach(httpServer);
  await once(httpServer, "listening");
  t.after(() => io.close());
  return { io, url: `127.0.0.1:${(httpServer.address() as AddressInfo).port}/anywire` };
}

/** mulberry32: the same cuts in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Emits 0 … count-1 to two rooms in turn, giving way to the network now and then. */
async function emitAll(io: Server, random: () => number): Promise<void> {
  for (let n = 0; n < count; n++) {
    io.to(n % 2 === 0 ? "even" : "odd").emit("n", n);
    if (random() < 0.1) await nextTurn();
  }
}

const wholeRange = Array.from({ length: count }, (_, n) => n);

for (const seed of [1, 2, 3]) {
  test(`an EventSource that is cut at random and comes back by id alone misses and repeats nothing (seed ${seed})`, async (t) => {
    const { io, url } = await listen(t);
    const random = seeded(seed);
    const heard: number[] = [];
    const ids: string[] = [];
    let lastEventId: string | undefined;
    let emitting: Promise<void> | undefined;
    while (heard.length < count) {
      const reader = new EventStreamReader(`http://${url}?room=even&room=odd`, lastEventId);
      await reader.until((events) => events.some(({ event }) => event === "anywire:open"));
      emitting ??= emitAll(io, random);
      const take = Math.min(1 + Math.floor(random() * 200), count - heard.length);
      const numbers = () => reader.events.filter(({ event }) => event === "n");
      await reader.until(() => numbers().length >= take);
      reader.cut();
      for (const { data, id } of numbers()) {
        heard.push(JSON.parse(data));
        ids.push(id ?? "");
      }
      lastEventId = reader.lastEventId;
    }
    await emitting;
    assert.deepEqual(heard, wholeRange);
    assert.equal(new Set(ids).size, count);
  });

  test(`an anywire.v1 WebSocket that is cut at random and comes back by session misses and repeats nothing (seed ${seed})`, async (t) => {
    const { io, url } = await listen(t);
    const random = seeded(seed);
    const heard: number[] = [];
    const sockets = new Set<string>();
    let resume = "";
    let emitting: Promise<void> | undefined;
    while (heard.length < count) {
      const client = new WebSocket(`ws://${url}?room=even&room=odd${resume}`, "anywire.v1");
      const take = Math.min(1 + Math.floor(random() * 200), count - heard.length);
      let taken = 0;
      await new Promise<void>((resolve) => {
        client.on("message", (text) => {
          const { event, data, id } = JSON.parse(text.toString());
          if (event === "anywire:open") {
            assert.equal(data.recovered, resume !== "", JSON.stringify(data));
            sockets.add(data.socket);
            resume = `&session=${data.session}&since=${id ?? new URLSearchParams(resume).get("since")}`;
            emitting ??= emitAll(io, random);
          } else if (taken < take) {
            heard.push(data);
            taken += 1;
            resume = resume.replace(/since=.*/, `since=${id}`);
            if (taken === take) resolve();
          }
        });
      });
      client.terminate();
      await once(client, "close");
    }
    await emitting;
    assert.deepEqual(heard, wholeRange);
    assert.equal(sockets.size, 1, "it is the same socket all the time");
  });
}

test("a long poll whose answers get lost loses and repeats nothing", async (t) => {
  const { io, url } = await listen(t);
  const random = seeded(7);
  const poll = async (query: string) => {
    const response = await fetch(`http://${url}?room=even&room=odd&${query}`, {
      headers: { Accept: "application/json" },
    });
    return (await response.json()) as { events: { event: string; data: number }[]; next: string; session: string };
  };
  const first = await poll("");
  const emitting = emitAll(io, random);
  const heard: number[] = [];
  let { next } = first;
  while (heard.length < count) {
    const answer = await poll(`session=${first.session}&since=${next}`);
    if (random() < 0.3) continue; // this answer never arrived
    heard.push(...answer.events.map(({ data }) => data));
    next = answer.next;
  }
  await emitting;
  assert.deepEqual(heard, wholeRange);
});

test("a poll session that is closed as too slow comes back to all that was not fetched", async (t) => {
  const io = new Server({ plain: { authorize: () => true, maxQueuedEvents: 50 }, history: {} });
  const httpServer = createServer().listen(0, "127.0.0.1");
  io.attach(httpServer);
  await once(httpServer, "listening");
  t.after(() => io.close());
  const url = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}/anywire`;
  const poll = async (query: string) => {
    const response = await fetch(`${url}?${query}`, { headers: { Accept: "application/json" } });
    return (await response.json()) as { events: { event: string; data: unknown }[]; next: string; session: string };
  };
  const { session, next } = await poll("room=a");
  const asked = once(httpServer, "request");
  const held = poll(`session=${session}&since=${next}`);
  await asked;
  await nextTurn(); // it waits for events now
  for (let n = 0; n < 80; n++) io.to("a").emit("n", n);
  const closed = await held;
  assert.deepEqual(
    closed.events.map(({ event }) => event),
    ["anywire:close"],
  );
  const heard: unknown[] = [];
  let since = closed.next;
  while (heard.length < 80) {
    const answer = await poll(`session=${session}&since=${since}`);
    heard.push(...answer.events.filter(({ event }) => event === "n").map(({ data }) => data));
    since = answer.next;
  }
  assert.deepEqual(heard, wholeRange.slice(0, 80));
});

test("a replay keeps within the budget of the link: nobody is thrown out for coming back", async (t) => {
  const io = new Server({ plain: { authorize: () => true, maxBufferedBytes: 1_000_000 }, history: {} });
  const httpServer = createServer().listen(0, "127.0.0.1");
  io.attach(httpServer);
  await once(httpServer, "listening");
  t.after(() => io.close());
  const url = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}/anywire?room=a`;
  const first = new EventStreamReader(url);
  await first.until((events) => events.length === 1);
  first.cut();
  const missed = Array.from({ length: 150 }, (_, n) => `${n}:${"x".repeat(20_000)}`);
  for (const data of missed) io.to("a").emit("n", data);
  const again = new EventStreamReader(url, first.lastEventId);
  await again.until((events) => events.length === 151);
  io.to("a").emit("n", "live");
  await again.until((events) => events.length === 152);
  again.cut();
  const heard = again.events.filter(({ event }) => event === "n").map(({ data }) => JSON.parse(data));
  assert.deepEqual(heard, [...missed, "live"]);
});

test("a client goes on by session on another wire: WebSocket, then poll, then EventSource", async (t) => {
  const { io, url } = await listen(t);
  const client = new WebSocket(`ws://${url}?room=even`, "anywire.v1");
  const [text] = await once(client, "message");
  const open = JSON.parse(text.toString());
  const disconnected = new Promise((resolve) => {
    for (const socket of io.sockets.sockets.values()) socket.on("disconnect", resolve);
  });
  client.terminate();
  await disconnected;
  io.to("even").emit("n", 1);
  const query = `session=${open.data.session}&since=${open.id}`;
  const polled = await fetch(`http://${url}?${query}`, { headers: { Accept: "application/json" } });
  const answer = (await polled.json()) as { events: { event: string; data: unknown }[]; next: string };
  const [opened, ...missed] = answer.events;
  assert.deepEqual(
    missed.map(({ data }) => data),
    [1],
  );
  assert.equal((opened?.data as { socket?: string } | undefined)?.socket, open.data.socket);
  io.to("even").emit("n", 2);
  const reader = new EventStreamReader(`http://${url}?session=${open.data.session}&since=${answer.next}`);
  await reader.until((events) => events.length === 2);
  reader.cut();
  assert.deepEqual(
    reader.events.map(({ event }) => event),
    ["anywire:open", "n"],
  );
  assert.equal(JSON.parse(reader.events[0]?.data ?? "").recovered, true);
  assert.equal(reader.events[1]?.data, "2");
});
