import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import {
  ErrorEvent,
  EventSource,
  EventSourceError,
  type EventSourceInit,
  type EventStream,
  type FetchLikeResponse,
  type ReaderLike,
} from "../src/index.ts";
import { answering } from "./answering.ts";

/** Closed with the test. */
function open(context: TestContext, url: string, init: EventSourceInit = {}): EventStream {
  const source = new EventSource(url, init);
  context.after(() => source.close());
  return source;
}

async function errorOf(source: EventSource): Promise<ErrorEvent> {
  return new Promise((resolve) => source.addEventListener("error", resolve, { once: true }));
}

async function messageOf(source: EventSource, type = "message"): Promise<MessageEvent> {
  return new Promise((resolve) => source.addEventListener(type, resolve, { once: true }));
}

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

test("comes back after a status that the program names, when Retry-After says so", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url, { retryStatuses: true, backoff: false });
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const error = errorOf(source);
  const { response } = await server.next();
  response.writeHead(503, { "Retry-After": "20" }).end();
  const { code } = await error;
  assert.deepEqual([code, source.readyState], [503, EventSource.CONNECTING]);
  const again = server.stream("data: back\n\n");
  context.mock.timers.tick(19_999);
  const message = messageOf(source);
  context.mock.timers.tick(1);
  await again;
  assert.equal((await message).data, "back");
});

test("gives up after as many failures in a row as the program allows", async (context) => {
  const failing = (): Promise<never> => Promise.reject(new TypeError("no way"));
  const source = open(context, "http://127.0.0.1/", { fetch: failing, maxRetries: 2, backoff: false });
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const states: number[] = [];
  for (let n = 0; n < 3; n++) {
    const { message, error } = await errorOf(source);
    assert.equal(message, "no way");
    assert.ok(error instanceof TypeError);
    states.push(source.readyState);
    context.mock.timers.tick(3_000);
  }
  assert.deepEqual(states, [EventSource.CONNECTING, EventSource.CONNECTING, EventSource.CLOSED]);
});

test("functions give headers and body for each attempt, and a body makes it a POST", async (context) => {
  const server = await answering(context);
  let token = 0;
  const source = open(context, server.url, {
    headers: async () => ({ Authorization: `Bearer ${++token}` }),
    body: () => JSON.stringify({ ask: token }),
  });
  for (let n = 1; n <= 2; n++) {
    const { request, response } = await server.stream("retry: 1\n\n");
    assert.equal(request.method, "POST");
    assert.equal(request.headers.authorization, `Bearer ${n}`);
    assert.equal((await request.toArray()).join(""), `{"ask":${n}}`);
    response.end();
  }
  assert.equal(source.readyState, EventSource.CONNECTING);
});

test("a function that fails is a failed attempt like another", async (context) => {
  const server = await answering(context);
  let calls = 0;
  const headers = (): Record<string, string> => {
    if (++calls === 1) throw new Error("no token");
    return {};
  };
  const source = open(context, server.url, { headers });
  context.mock.timers.enable({ apis: ["setTimeout"] });
  assert.equal((await errorOf(source)).message, "no token");
  context.mock.timers.tick(3_000);
  await server.stream();
  await once(source, "open");
});

test("with maxRetries 0, the end of the stream is the end of the loop", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url, { body: "ask", maxRetries: 0 });
  const error = errorOf(source);
  server.stream("data: 1\n\n").then(({ response }) => response.end());
  const taken: unknown[] = [];
  for await (const { data } of source) taken.push(data);
  assert.deepEqual([taken, (await error).message, source.readyState], [["1"], undefined, EventSource.CLOSED]);
});

test("with maxRetries 0, a connection that is lost throws in the loop", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url, { maxRetries: 0 });
  server.stream("data: 1\n\n").then(async ({ response }) => {
    await messageOf(source);
    response.destroy();
  });
  await assert.rejects(async () => {
    for await (const { data } of source) assert.equal(data, "1");
  }, EventSourceError);
});

test("the id goes into the query under the name that the program gives", async (context) => {
  const server = await answering(context);
  const init = { lastEventIdQueryParameterName: "since", lastEventId: "a b" };
  open(context, `${server.url}?x=1&since=old`, init);
  const { request } = await server.next();
  assert.equal(request.url, "/?x=1&since=a+b");
  assert.equal(request.headers["last-event-id"], undefined);
});

test("a connection that is silent for longer than heartbeatTimeout is made anew", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const server = await answering(context);
  const source = open(context, server.url, { heartbeatTimeout: 1_000 });
  const { response } = await server.stream("data: x\n\n");
  await messageOf(source);
  await new Promise(setImmediate); // it reads on
  context.mock.timers.tick(999);
  assert.equal(source.readyState, EventSource.OPEN);
  const error = errorOf(source);
  context.mock.timers.tick(1);
  assert.match(String((await error).message), /No activity within 1000 milliseconds/);
  assert.equal(source.readyState, EventSource.CONNECTING);
  await once(response, "close");
  context.mock.timers.tick(3_000);
  await server.stream();
  await once(source, "open");
});

test("a signal closes the source, also one that is aborted already", async (context) => {
  const server = await answering(context);
  const controller = new AbortController();
  const source = open(context, server.url, { signal: controller.signal });
  const { response } = await server.stream();
  await once(source, "open");
  controller.abort();
  assert.equal(source.readyState, EventSource.CLOSED);
  await once(response, "close");
  const fetch = (): never => assert.fail("nothing is asked for");
  assert.equal(open(context, server.url, { signal: AbortSignal.abort(), fetch }).readyState, EventSource.CLOSED);
});

test("for await takes every event, whatever its name, and ends when the source is closed", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url);
  const taken = (async () => {
    const seen: string[] = [];
    for await (const { type, data } of source) {
      seen.push(`${type} ${data}`);
      if (data === "3") source.close();
    }
    return seen;
  })();
  await server.stream("data: 1\n\nevent: b\ndata: 2\n\ndata: 3\n\ndata: 4\n\n");
  assert.deepEqual(await taken, ["message 1", "b 2", "message 3"]);
});

test("leaving the loop closes the source", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url);
  const exchange = server.stream("data: 1\n\n");
  for await (const { data } of source) {
    assert.equal(data, "1");
    break;
  }
  assert.equal(source.readyState, EventSource.CLOSED);
  await once((await exchange).response, "close");
});

test("a source that fails throws in the loop; one that was aborted, the reason", async (context) => {
  const server = await answering(context);
  const failed = open(context, server.url);
  const { response } = await server.next();
  response.writeHead(401).end("who are you?");
  const thrown = await failed[Symbol.asyncIterator]()
    .next()
    .catch((error: unknown) => error);
  assert.ok(thrown instanceof EventSourceError);
  assert.deepEqual([thrown.status, thrown.body, thrown.message], [401, "who are you?", "Non-200 status code (401)"]);
  const reason = new Error("enough");
  const aborted = open(context, server.url, { signal: AbortSignal.abort(reason) });
  await assert.rejects(aborted[Symbol.asyncIterator]().next(), reason);
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

test("what was not dispatched yet when the connection is given up comes again", async (context) => {
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

test("the watchdog sleeps while events are dispatched, and while the reason of a refusal is read", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const server = await answering(context);
  const source = open(context, server.url, { heartbeatTimeout: 500 });
  source.onmessage = () => context.mock.timers.tick(10_000);
  const taken: string[] = [];
  source.addEventListener("message", ({ data }) => taken.push(data));
  await server.stream("data: 1\n\ndata: 2\n\nevent: last\ndata\n\n");
  await once(source, "last");
  assert.deepEqual([taken, source.readyState], [["1", "2"], EventSource.OPEN]);
});

test("a refusal whose reason comes slowly is a refusal, whatever the watchdog", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const chunks = ["who ", "are you?"];
  const read = async (): Promise<{ done: false; value: string } | { done: true }> => {
    context.mock.timers.tick(600);
    const value = chunks.shift();
    return value === undefined ? { done: true } : { done: false, value };
  };
  const body = { getReader: () => ({ read, cancel: async () => {} }) };
  const fetch = async (): Promise<FetchLikeResponse> => ({
    ...{ status: 401, url: "", redirected: false, headers: new Headers(), body },
  });
  const source = open(context, "http://127.0.0.1/", { fetch, heartbeatTimeout: 500 });
  const { code, body: reason } = await errorOf(source);
  assert.deepEqual([code, reason, source.readyState], [401, "who are you?", EventSource.CLOSED]);
});

test("headers may be what fetch takes", async (context) => {
  const server = await answering(context);
  const given = [{ "X-Key": "1" }, new Headers({ "X-Key": "1" }), [["X-Key", "1"]] as const];
  for (const headers of given) {
    open(context, server.url, { headers });
    assert.equal((await server.next()).request.headers["x-key"], "1");
  }
});

test("name and password of the URL are sent as browsers send them, and stay in its url", async (context) => {
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
