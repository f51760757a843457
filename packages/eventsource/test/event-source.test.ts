/** The standard's EventSource against a real server: what it sends, what it hands over, how it fails. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { ErrorEvent, EventSource, type FetchLikeResponse, type ReaderLike } from "../src/index.ts";
import { answering } from "./answering.ts";
import { errorOf, messageOf, open } from "./sources.ts";

test("connects, opens, and hands over events with their names, ids and origin", async (context) => {
  const server = await answering(context);
  const source = open(context, `${server.url}stream`);
  assert.equal(source.readyState, EventSource.CONNECTING);
  const opened = once(source, "open");
  const first = messageOf(source);
  const second = messageOf(source, "price");
  const { request } = await server.stream("id: 7\ndata: one\ndata: two\n\nevent: price\ndata: 3\n\n");
  await opened;
  assert.equal(source.readyState, EventSource.OPEN);
  const { data, lastEventId, origin, isTrusted } = await first;
  assert.deepEqual([data, lastEventId, origin], ["one\ntwo", "7", new URL(server.url).origin]);
  assert.equal(isTrusted, true);
  assert.equal((await second).lastEventId, "7");
  assert.equal(source.lastEventId, "7");
  assert.equal(request.headers.accept, "text/event-stream");
  assert.equal(request.headers["last-event-id"], undefined);
});

test("comes back after the stream has ended, with the id of the last event as UTF-8", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url);
  const errors: number[] = [];
  source.onerror = () => errors.push(source.readyState);
  const { response } = await server.stream("retry: 1\nid: …é\ndata: x\n\n");
  await messageOf(source);
  response.end();
  const { request } = await server.stream("data: y\n\n");
  const { data, lastEventId } = await messageOf(source);
  assert.deepEqual([data, lastEventId, errors], ["y", "…é", [EventSource.CONNECTING]]);
  assert.equal(Buffer.from(String(request.headers["last-event-id"]), "latin1").toString(), "…é");
});

const failures: [name: string, status: number, type: string, message: RegExp][] = [
  ["204", 204, "", /204, not reconnecting/],
  ["another status", 503, "text/event-stream", /Non-200 status code \(503\)/],
  ["another content type", 200, "text/plain", /Invalid content type/],
];

for (const [name, status, type, message] of failures) {
  test(`fails for good on ${name}, and tells why`, async (context) => {
    const server = await answering(context);
    const source = open(context, server.url);
    const error = errorOf(source);
    const { response } = await server.next();
    response.writeHead(status, type === "" ? {} : { "Content-Type": type, "X-Reason": "tired" });
    response.end(status === 204 ? undefined : "come later");
    const event = await error;
    assert.equal(source.readyState, EventSource.CLOSED);
    assert.ok(event instanceof ErrorEvent);
    assert.match(String(event.message), message);
    assert.deepEqual([event.code, event.status, event.isTrusted], [status, status, true]);
    if (status === 204) return;
    assert.equal(event.body, "come later");
    assert.equal(event.headers?.get("x-reason"), "tired");
  });
}

test("the body on the error event is cut where it does not end", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url);
  const error = errorOf(source);
  const { response } = await server.next();
  response.writeHead(500);
  response.write("x".repeat(100_000));
  assert.equal((await error).body?.length, 65_536);
  await once(response, "close");
});

test("code that awaits one event has its next listener in place for the event behind it", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url);
  await server.stream("event: a\ndata: 1\n\nevent: b\ndata: 2\n\n");
  const [a] = await once(source, "a");
  const [b] = await once(source, "b");
  assert.deepEqual([a.data, b.data], ["1", "2"]);
});

test("close() in a listener is the end: no event of the same chunk, no error, no way back", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url);
  const heard: string[] = [];
  for (const type of ["message", "error"]) source.addEventListener(type, ({ data }) => heard.push(`${type} ${data}`));
  source.addEventListener("message", () => source.close());
  const { response } = await server.stream("retry: 1\ndata: 1\n\ndata: 2\n\n");
  await once(response, "close");
  assert.deepEqual([heard, source.readyState], [["message 1"], EventSource.CLOSED]);
});

test("an event that never ends fails the source at its limit", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url, { maxBufferSize: 1_000 });
  const heard = messageOf(source);
  const error = errorOf(source);
  await server.stream(`data: before\n\ndata: ${"x".repeat(2_000)}`);
  assert.equal((await heard).data, "before");
  assert.match(String((await error).message), /exceeded max buffer size of 1000 characters/);
  assert.equal(source.readyState, EventSource.CLOSED);
});

test("a URL of a scheme that no fetch knows fails for good", async (context) => {
  for (const url of ["mailto:x@example.org", "ftp://127.0.0.1/", "ws://127.0.0.1/", "javascript:1", "about:blank"]) {
    const source = open(context, url);
    await errorOf(source);
    assert.equal(source.readyState, EventSource.CLOSED, url);
  }
});

test("a fetch that aborts by itself fails the source", async (context) => {
  const fetch = (): Promise<never> => Promise.reject(new DOMException("stop", "AbortError"));
  const source = open(context, "http://127.0.0.1/", { fetch });
  assert.equal((await errorOf(source)).message, "stop");
  assert.equal(source.readyState, EventSource.CLOSED);
});

test("an id that no header can carry fails the source when it would come back with it", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url);
  const { response } = await server.stream("retry: 1\nid: a\u0001b\ndata: x\n\n");
  await messageOf(source);
  const lost = errorOf(source);
  response.end();
  await lost;
  assert.match(String((await errorOf(source)).message), /the id of the last event/);
  assert.equal(source.readyState, EventSource.CLOSED);
});

test("lastEventId is that of the event that was dispatched last, whatever has come behind it", async (context) => {
  const server = await answering(context);
  const ids: string[] = [];
  const source = open(context, server.url, { backoff: false });
  source.addEventListener("message", ({ lastEventId }) => {
    ids.push(source.lastEventId);
    assert.equal(source.lastEventId, lastEventId);
    if (lastEventId === "1") source.close();
  });
  await server.stream("id: 1\ndata\n\nid: 2\ndata\n\nid: 3\n\n");
  await once(source, "message");
  assert.deepEqual([ids, source.lastEventId], [["1"], "1"]);
});

test("an id without an event counts once what came before it was dispatched", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url);
  const { response } = await server.stream("retry: 1\nid: 1\ndata\n\nid: 2\n\n");
  await messageOf(source);
  assert.equal(source.lastEventId, "1");
  response.end();
  assert.equal((await server.stream()).request.headers["last-event-id"], "2");
});

test("name and password of the URL are sent as Basic, and stay in its url", async (context) => {
  const server = await answering(context);
  const url = server.url.replace("://", "://me:p%C3%A9%20x@");
  assert.equal(open(context, url).url, url);
  const { request } = await server.next();
  assert.equal(request.headers.authorization, `Basic ${Buffer.from("me:p\u00e9 x").toString("base64")}`);
  open(context, url, { headers: { authorization: "Bearer mine" } });
  assert.equal((await server.next()).request.headers.authorization, "Bearer mine");
});

test("a reader of the program's that cannot be cancelled is let go", async (context) => {
  const body = { getReader: () => ({ read: () => new Promise<never>(() => {}) }) as unknown as ReaderLike };
  const headers = new Headers({ "Content-Type": "text/event-stream" });
  const fetch = async (): Promise<FetchLikeResponse> => ({ status: 200, url: "", redirected: false, headers, body });
  const source = open(context, "http://127.0.0.1/", { fetch });
  await once(source, "open");
  source.close();
});
