/** Sessions on real connections, read by clients that we did not write: curl, Node's fetch, and npm's eventsource. */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";
import { EventSource } from "eventsource";
import { createSession, encodeEvent, type Session } from "../src/server.ts";
import { parseStream } from "./reference-parser.ts";
import { exchange, protocols, readUntil, serve } from "./stream-server.ts";

for (const protocol of protocols) {
  describe(protocol, () => {
    test("a session is a stream of events", async (context) => {
      const { made: session, reader } = await exchange(context, protocol, createSession);
      session.push({ AAPL: 271.3 }, { event: "price", id: "m3-18" });
      session.comment("a\nb");
      session.push("two\r\nlines");
      session.retry(7);
      session.close();
      const stream = parseStream(await readUntil(reader.body, () => false));
      assert.equal(reader.status, 200);
      assert.deepEqual(stream.events, [
        { type: "price", data: '{"AAPL":271.3}', lastEventId: "m3-18" },
        { type: "message", data: "two\nlines", lastEventId: "m3-18" },
      ]);
      assert.deepEqual(stream.comments, [" a", " b"]);
      assert.equal(stream.reconnectionTime, 7);
    });

    test("tells where a client was", async (context) => {
      const ids: string[] = [];
      const server = await serve(context, protocol, (request, response) => {
        ids.push(createSession(request, response).lastEventId);
      });
      await server.get("/", { headers: { "last-event-id": "m3-18" } });
      await server.get("/?lastEventId=m3-19");
      await server.get("/");
      assert.deepEqual(ids, ["m3-18", "m3-19", ""]);
    });

    test("beats while nothing is sent", async (context) => {
      const make: typeof createSession = (request, response) => createSession(request, response, { heartbeat: 5 });
      const { reader } = await exchange(context, protocol, make);
      const text = await readUntil(reader.body, (read) => parseStream(read).comments.length >= 3);
      assert.deepEqual(parseStream(text).events, []);
    });

    test("a HEAD request gets the head, and an end", async (context) => {
      const sessions: Session[] = [];
      const server = await serve(context, protocol, (request, response) => {
        response.write = () => assert.fail("written to"); // as a server with rejectNonStandardBodyWrites does
        sessions.push(createSession(request, response));
      });
      const reader = await server.get("/", { method: "HEAD" });
      assert.equal(reader.status, 200);
      assert.equal(reader.headers["content-type"], "text/event-stream; charset=utf-8");
      assert.equal(await readUntil(reader.body, () => false), "");
      assert.equal(sessions[0]?.closed, true);
    });

    test("the same bytes go to many sessions, in order with their own events", async (context) => {
      const { made: session, reader } = await exchange(context, protocol, createSession);
      const shared = Buffer.from(encodeEvent({ event: "all", data: "x", id: "1" }));
      session.push("before");
      for (let count = 0; count < 100; count++) session.write(shared);
      session.push("after");
      session.close();
      const { events } = parseStream(await readUntil(reader.body, () => false));
      assert.deepEqual(
        events.map(({ data }) => data),
        ["before", ...Array.from({ length: 100 }, () => "x"), "after"],
      );
    });

    test("close is emitted once, whether the client or the program ends the stream", async (context) => {
      const closes: string[] = [];
      const ends: Promise<unknown>[] = [];
      const server = await serve(context, protocol, (request, response) => {
        const session = createSession(request, response);
        session.on("close", () => closes.push(String(request.url)));
        ends.push(once(session, "close"));
        if (request.url === "/program") session.close();
      });
      const client = await server.get("/client");
      client.destroy();
      await ends[0];
      const program = await server.get("/program");
      await readUntil(program.body, () => false);
      await ends[1];
      await new Promise(setImmediate);
      assert.deepEqual(closes, ["/client", "/program"]);
    });
  });
}

test("events of one tick leave together at its end", async (context) => {
  const { made: session, reader } = await exchange(context, "http", createSession);
  await readUntil(reader.body, (text) => text.length > 0);
  assert.equal(session.bufferedBytes, 0);
  for (let count = 0; count < 16; count++) session.push("x");
  assert.ok(session.bufferedBytes >= 16 * "data: x\n\n".length);
  await new Promise(setImmediate);
  assert.equal(session.bufferedBytes, 0);
  await readUntil(reader.body, (text) => parseStream(text).events.length === 16);
});

const noCurl = spawnSync("curl", ["--version"]).error !== undefined;

test("curl -N shows events as they come, and sends where it was", {
  skip: noCurl && "curl is not installed",
}, async (context) => {
  const sessions: Session[] = [];
  const server = await serve(context, "http", (request, response) => {
    sessions.push(createSession(request, response, { retry: false }));
  });
  const curl = spawn("curl", ["-sN", "--no-buffer", "-H", "Last-Event-ID: é1", server.url]);
  context.after(() => curl.kill());
  assert.equal(await readUntil(curl.stdout, (text) => text.includes("\n\n")), ": \n\n");
  const [session] = sessions;
  assert.ok(session);
  assert.equal(session.lastEventId, "é1");
  session.push("one", { id: "1" });
  assert.equal(await readUntil(curl.stdout, (text) => text.includes("\n\n")), "id: 1\ndata: one\n\n");
  session.push({ two: 2 }, { event: "e" });
  assert.equal(await readUntil(curl.stdout, (text) => text.includes("\n\n")), 'event: e\ndata: {"two":2}\n\n');
  const closed = once(session, "close");
  curl.kill();
  await closed;
});

test("Node's fetch reads a stream, and its abort is noticed", async (context) => {
  const sessions: Session[] = [];
  const server = await serve(context, "http", (request, response) => {
    sessions.push(createSession(request, response));
  });
  const abort = new AbortController();
  const response = await fetch(server.url, { signal: abort.signal });
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.ok(response.body);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader.read()).value, "retry: 3000\n\n");
  const [session] = sessions;
  assert.ok(session);
  session.push("naïve 🙂");
  assert.equal((await reader.read()).value, "data: naïve 🙂\n\n");
  const closed = once(session, "close");
  abort.abort();
  await closed;
  await assert.rejects(reader.read());
});

test("npm's eventsource gets events, comes back when told to, and says where it was", async (context) => {
  const ids: string[] = [];
  const server = await serve(context, "http", (request, response) => {
    const session = createSession(request, response, { retry: 1 });
    const count = ids.push(session.lastEventId);
    session.push({ count }, { event: "count", id: `é-${count}` });
    session.push("two\rlines");
    if (count === 3) session.push("", { event: "end" });
    else session.close();
  });
  const source = new EventSource(server.url);
  context.after(() => source.close());
  const received: string[] = [];
  source.addEventListener("count", ({ data, lastEventId }) => received.push(`${lastEventId}: ${data}`));
  source.addEventListener("message", ({ data }) => received.push(data));
  await new Promise((resolve) => source.addEventListener("end", resolve));
  assert.deepEqual(
    received,
    [1, 2, 3].flatMap((count) => [`é-${count}: {"count":${count}}`, "two\nlines"]),
  );
  assert.deepEqual(ids, ["", "é-1", "é-2"]);
});
