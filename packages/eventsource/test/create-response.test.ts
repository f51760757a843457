/** Sessions of a Request and its Response, as handlers of that style make them. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { createResponse, type FetchRequest, type Session, type SessionOptions } from "../src/server.ts";
import { parseStream } from "./reference-parser.ts";

const url = "http://localhost/events";

const textOf = async (reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> =>
  Buffer.from((await reader.read()).value ?? []).toString();

function readerOf({ body }: Response): ReadableStreamDefaultReader<Uint8Array> {
  assert.ok(body);
  return body.getReader();
}

function open(options: SessionOptions = {}): { readonly session: Session; readonly response: Response } {
  let session: Session | undefined;
  const response = createResponse(new Request(url), options, (made) => {
    session = made;
  });
  assert.ok(session);
  return { session, response };
}

test("the response is an event stream", () => {
  const response = createResponse(new Request(url), (session) => session.close());
  assert.equal(response.status, 200);
  assert.deepEqual(Object.fromEntries(response.headers), {
    "cache-control": "no-cache, no-transform",
    "content-type": "text/event-stream; charset=utf-8",
    "x-accel-buffering": "no",
  });
});

test("status and further headers are the program's", () => {
  const headers = { "Cache-Control": "no-store", "X-Number": 7, "Set-Cookie": ["a=1", "b=2"] };
  const response = createResponse(new Request(url), { status: 202, headers }, (session) => session.close());
  assert.equal(response.status, 202);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("x-number"), "7");
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
});

test("calls back before it returns, and what is pushed then comes first", async () => {
  const sessions: Session[] = [];
  const response = createResponse(new Request(url), { retry: 7 }, (session) => {
    sessions.push(session);
    session.push("one", { id: "1" });
  });
  sessions[0]?.push("two");
  sessions[0]?.close();
  assert.equal(await response.text(), "retry: 7\n\nid: 1\ndata: one\n\ndata: two\n\n");
});

test("the stream stays open behind a callback that is done, also an async one", async () => {
  const sessions: Session[] = [];
  const response = createResponse(new Request(url), { retry: false }, async (session) => {
    await Promise.resolve();
    sessions.push(session);
  });
  const reader = readerOf(response);
  assert.equal(await textOf(reader), ": \n\n");
  sessions[0]?.push("late");
  assert.equal(await textOf(reader), "data: late\n\n");
  sessions[0]?.close();
  assert.equal((await reader.read()).done, true);
});

const places: [name: string, request: FetchRequest, id: string][] = [
  ["nowhere", new Request(url), ""],
  ["the header", new Request(`${url}?lastEventId=8`, { headers: { "Last-Event-ID": "7" } }), "7"],
  ["the query", new Request(`${url}?a=b&lastEventId=%C3%A9`), "é"],
  ["the header, as UTF-8 that was read as Latin-1", new Request(url, { headers: { "Last-Event-ID": "Ã©" } }), "é"],
  ["a header that was decoded already", { method: "GET", url, headers: { get: () => "Łł" } }, "Łł"],
  [
    "a request of another make",
    { method: "GET", url: "/?lastEventId=7", headers: { get: () => null }, signal: null },
    "7",
  ],
];

for (const [name, request, id] of places) {
  test(`takes the last event's id from ${name}`, () => {
    createResponse(request, (session) => {
      assert.equal(session.lastEventId, id);
      session.destroy();
    });
  });
}

test("the state is the program's own", () => {
  createResponse(new Request(url), { state: { user: "ann" } }, (session) => {
    const user: string = session.state.user;
    assert.equal(user, "ann");
    session.destroy();
  });
});

const refused: [name: string, options: object, code: string][] = [
  ["a status without a body", { status: 204 }, "bad-status"],
  ["a header with a line end", { headers: { "X-A": "a\nb" } }, "bad-header"],
  ["a header without a name", { headers: { "": "a" } }, "bad-header"],
  ["a heartbeat of 0", { heartbeat: 0 }, "bad-heartbeat"],
  ["a retry of half a millisecond", { retry: 0.5 }, "bad-retry"],
];

for (const [name, options, code] of refused) {
  test(`refuses ${name}, and calls nobody`, () => {
    const callback = (): never => assert.fail("called");
    assert.throws(() => createResponse(new Request(url), options, callback), { code });
  });
}

test("what the callback throws is thrown, and its session is over", () => {
  const sessions: Session[] = [];
  const error = new Error("no data");
  const call = (): Response =>
    createResponse(new Request(url), (session) => {
      sessions.push(session);
      throw error;
    });
  assert.throws(call, error);
  assert.equal(sessions[0]?.closed, true);
});

test("when its promise rejects, the body fails with the reason, and its session is over", async () => {
  const error = new Error("no data");
  const closes: unknown[] = [];
  const response = createResponse(new Request(url), async (session) => {
    session.on("close", (reason) => closes.push(reason));
    await Promise.resolve();
    throw error;
  });
  await assert.rejects(response.text(), error);
  assert.deepEqual(closes, ["closed"]);
});

test("a rejection behind the end is nobody's any more", async () => {
  let reject = (_reason: Error): void => {};
  const response = createResponse(new Request(url), (session) => {
    session.close();
    return new Promise((_resolve, rejected) => {
      reject = rejected;
    });
  });
  assert.equal(await response.text(), "retry: 3000\n\n");
  reject(new Error("too late"));
  await new Promise(setImmediate);
});

test("a client that cancels, or whose request is aborted, has gone", async () => {
  const closes: Promise<unknown[]>[] = [];
  const callback = (session: Session): number => closes.push(once(session, "close"));
  await readerOf(createResponse(new Request(url), callback)).cancel();
  assert.deepEqual(await closes[0], ["gone"]);

  const abort = new AbortController();
  const reader = readerOf(createResponse(new Request(url, { signal: abort.signal }), callback));
  abort.abort();
  assert.deepEqual(await closes[1], ["gone"]);
  assert.equal((await reader.read()).done, true);

  createResponse(new Request(url, { signal: abort.signal }), callback);
  assert.deepEqual(await closes[2], ["gone"], "it had gone before");
});

test("to HEAD there is no body, and the session is over before it begins", async () => {
  const closes: Promise<unknown[]>[] = [];
  const response = createResponse(new Request(url, { method: "HEAD" }), (session) => {
    closes.push(once(session, "close"));
    assert.equal(session.closed, true);
    assert.equal(session.push("nobody reads it"), false);
  });
  assert.equal(response.body, null);
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.deepEqual(await closes[0], ["closed"]);
});

test("a session knows how much its reader has not read, and when it has", async () => {
  const { session, response } = open();
  const reader = readerOf(response);
  await reader.read();
  assert.equal(session.bufferedBytes, 0);
  session.push("x".repeat(100_000));
  session.flush();
  assert.equal(session.congested, true);
  assert.equal(session.bufferedBytes, "data: \n\n".length + 100_000);
  const drained = once(session, "drain");
  await reader.read();
  await drained;
  assert.equal(session.bufferedBytes, 0);
  session.destroy();
});

test("a reader for whom too much waits is cut", async () => {
  const { session, response } = open({ maxBufferedBytes: 1_000 });
  const closed = once(session, "close");
  session.push("x".repeat(1_000));
  session.flush();
  await new Promise(setImmediate);
  assert.equal(session.push("one too many"), false);
  assert.deepEqual(await closed, ["slow"]);
  await assert.rejects(response.text(), { name: "AbortError" });
});

test("iterate waits for a reader that is slow", async () => {
  const count = 40;
  const text = "x".repeat(10_000);
  let given = 0;
  const response = createResponse(new Request(url), async (session) => {
    await session.iterate(
      (function* () {
        while (given++ < count) yield text;
      })(),
    );
    session.close();
  });
  const reader = readerOf(response);
  await new Promise(setImmediate);
  assert.ok(given < count, "the first ones wait");
  let read = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) read += Buffer.from(piece.value);
  assert.equal(parseStream(read).events.length, count);
});
