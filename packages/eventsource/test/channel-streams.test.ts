/** Channels on real connections, with npm's eventsource and raw readers: cuts, long replays, readers that never read. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, type TestContext, test } from "node:test";
import { setImmediate as endOfTurn } from "node:timers/promises";
import { EventSource } from "eventsource";
import { createParser } from "eventsource-parser";
import {
  type Channel,
  createChannel,
  createResponse,
  createSession,
  type Session,
  type SessionOptions,
} from "../src/server.ts";
import { type Protocol, protocols, type Reader, type StreamServer, serve } from "./stream-server.ts";

interface Served extends StreamServer {
  readonly sessions: Session[];
  /** Tells of each session that has been registered. */
  next(): Promise<Session>;
}

async function serveChannel(
  context: TestContext,
  channel: Channel,
  { protocol = "http", ...options }: SessionOptions & { readonly protocol?: Protocol } = {},
): Promise<Served> {
  const sessions: Session[] = [];
  let told: (session: Session) => void = () => {};
  const server = await serve(context, protocol, (request, response) => {
    const session = createSession(request, response, options);
    const { id } = channel.register(session);
    if (session.lastEventId === "") session.push("hello", { event: "hello", id });
    sessions.push(session);
    told(session);
  });
  const next = (): Promise<Session> =>
    new Promise((resolve) => {
      told = resolve;
    });
  return { ...server, sessions, next };
}

/** The data of the messages of a stream, as far as it goes. */
class Transcript {
  readonly heard: string[] = [];
  lastEventId = "";
  private readonly parser = createParser({
    onEvent: ({ event, data, id }) => {
      if (id !== undefined) this.lastEventId = id;
      if (event === undefined) this.heard.push(data);
    },
  });

  feed(text: string): void {
    this.parser.feed(text);
  }

  /** What was cut is forgotten, as an EventSource does. */
  reset(): void {
    this.parser.reset();
  }
}

function numbers(to: number): string[] {
  return Array.from({ length: to }, (_, at) => String(at));
}

test("npm's eventsource, cut again and again in the midst of broadcasts, hears each event once and in order", async (context) => {
  const channel = createChannel({ history: true });
  const server = await serveChannel(context, channel, { retry: 0 });
  const source = new EventSource(server.url);
  context.after(() => source.close());
  const heard: string[] = [];
  const total = 600;
  const all = new Promise<void>((resolve) => {
    source.onmessage = ({ data }) => {
      if (heard.push(data) === total) resolve();
    };
  });
  await new Promise((resolve) => source.addEventListener("hello", resolve));
  let back: Promise<Session> | undefined;
  for (let sent = 0; sent < total; sent++) {
    channel.broadcast(String(sent));
    if (sent % 3 === 0) await endOfTurn();
    if (sent % 50 === 25) await back;
    if (sent % 50 !== 0) continue;
    back = server.next();
    server.sessions.at(-1)?.destroy(); // what was broadcast in this tick has not left
  }
  await all;
  assert.deepEqual(heard, numbers(total));
  assert.ok(server.sessions.length >= 5);
  assert.equal(channel.sessionCount, 1);
});

for (const protocol of protocols) {
  describe(protocol, () => {
    test("a raw reader that goes away and comes back hears each event once and in order", async (context) => {
      const channel = createChannel({ history: true });
      const server = await serveChannel(context, channel, { protocol });
      const transcript = new Transcript();
      let sent = 0;
      for (let visit = 0; visit < 12; visit++) {
        const headers = transcript.lastEventId === "" ? {} : { "last-event-id": transcript.lastEventId };
        const reader = await server.get("/", { headers });
        for (const end = sent + 40; sent < end; sent++) channel.broadcast(String(sent).padStart(visit * 200, "0"));
        const enough = visit === 11 ? sent : Math.min(sent, transcript.heard.length + 5 * visit);
        await read(reader, transcript, () => transcript.lastEventId !== "" && transcript.heard.length >= enough);
        reader.destroy();
      }
      assert.deepEqual(transcript.heard.map(Number), numbers(sent).map(Number));
    });

    test("a replay that no buffer holds goes out as the reader reads, while broadcasts go on", async (context) => {
      const channel = createChannel({ history: true });
      const server = await serveChannel(context, channel, { protocol });
      await server.get();
      const [first] = server.sessions;
      assert.ok(first);
      const { id = "" } = channel.register(first); // it is registered, so this tells the moment alone
      channel.deregister(first);
      const size = 8_000;
      let sent = 0;
      for (; sent < 1_500; sent++) channel.broadcast(String(sent).padStart(size, "0"));
      const reader = await server.get("/", { headers: { "last-event-id": id } });
      const session = server.sessions.at(-1);
      assert.ok(session);
      let peak = 0;
      const transcript = new Transcript();
      await read(reader, transcript, () => {
        if (sent < 1_900) channel.broadcast(String(sent++).padStart(size, "0"));
        peak = Math.max(peak, session.bufferedBytes);
        return transcript.heard.length === sent;
      });
      assert.deepEqual(transcript.heard.map(Number), numbers(sent).map(Number));
      assert.ok(peak > 0 && peak < 200_000, `${peak}`);
    });

    test("a reader that never reads is cut when its budget is over, and the others are not", async (context) => {
      const channel = createChannel();
      const server = await serveChannel(context, channel, { protocol, maxBufferedBytes: 100_000 });
      const stuck = await server.get();
      const [slow] = server.sessions;
      assert.ok(slow);
      const over = once(slow, "close");
      const reader = await server.get();
      const transcript = new Transcript();
      let sent = 0;
      const reading = read(reader, transcript, () => slow.closed && transcript.heard.length === sent);
      for (; !slow.closed; sent++) {
        channel.broadcast(String(sent).padStart(16_000, "0"));
        while (transcript.heard.length < sent - 2) await endOfTurn();
      }
      assert.deepEqual(await over, ["slow"]);
      channel.broadcast("0");
      sent++;
      await reading;
      assert.deepEqual([channel.sessionCount, transcript.heard.length], [1, sent]);
      stuck.destroy();
    });

    test("a reader that stands still is given the newest of each key when it goes on", async (context) => {
      const channel = createChannel({ slow: "conflate" });
      const server = await serveChannel(context, channel, { protocol });
      const reader = await server.get();
      const [session] = server.sessions;
      assert.ok(session);
      const transcript = new Transcript();
      let sent = 0;
      for (; !session.congested; sent++) {
        channel.broadcast(String(sent).padStart(16_000, "0"));
        await endOfTurn();
      }
      const before = sent;
      for (; sent < before + 1_000; sent++) channel.broadcast(String(sent), { key: `${sent % 2}` });
      await read(reader, transcript, () => transcript.heard.at(-1) === String(sent - 1));
      const expected = [...numbers(before).map(Number), sent - 2, sent - 1];
      assert.deepEqual(transcript.heard.map(Number), expected);
    });

    test("a request for the head alone, and a client that has gone, leave nothing in the channel", async (context) => {
      const channel = createChannel();
      const server = await serveChannel(context, channel, { protocol });
      await server.get("/", { method: "HEAD" });
      assert.deepEqual([server.sessions.length, channel.sessionCount], [1, 0]);
      const reader = await server.get();
      const gone = once(channel, "session-deregistered");
      reader.destroy();
      await gone;
      assert.equal(channel.sessionCount, 0);
    });
  });
}

test("a channel serves handlers that return a Response", async () => {
  const channel = createChannel({ history: true });
  const headers = { "last-event-id": channel.broadcast("-") ?? "" };
  channel.broadcast("0");
  const response = createResponse(new Request("http://127.0.0.1/", { headers }), (session) =>
    channel.register(session),
  );
  channel.broadcast("1");
  const transcript = new Transcript();
  assert.ok(response.body);
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    transcript.feed(piece);
    if (transcript.heard.length === 2) channel.close();
  }
  assert.deepEqual(transcript.heard, ["0", "1"]);
  assert.equal(channel.sessionCount, 0);
});

/** Piece by piece, with a turn between, until `isEnough` says so; then the reader goes away. */
async function read(reader: Reader, transcript: Transcript, isEnough: () => boolean): Promise<void> {
  transcript.reset();
  reader.body.setEncoding("utf8");
  for await (const piece of reader.body) {
    transcript.feed(String(piece));
    if (isEnough()) break;
    await endOfTurn();
  }
}
