/** What an EventSource is told beyond the standard: each option against a real server. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { EventSource, type FetchLikeResponse } from "../src/index.ts";
import { answering } from "./answering.ts";
import { errorOf, messageOf, open } from "./sources.ts";

test("comes back after a status that the program names, when Retry-After says so", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url, { retryStatuses: true, backoff: false });
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const error = errorOf(source);
  const { response } = await server.next();
  response.writeHead(503, { "Retry-After": "20" }).end();
  const { code } = await error;
  assert.deepEqual([code, source.readyState], [503, EventSource.CONNECTING]);
  let asked = false;
  const again = server.stream("data: back\n\n").then(() => {
    asked = true;
  });
  context.mock.timers.tick(19_999);
  await new Promise(setImmediate);
  assert.equal(asked, false);
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
    context.mock.timers.tick(300);
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

test("no header of the program's, and no cookie of another host, follows a redirect to another origin", async (context) => {
  const [first, second] = [await answering(context), await answering(context)];
  const told: string[] = [];
  const cookieJar = {
    getCookieString: (url: string) => {
      told.push(url);
      return url === first.url ? "session=1" : "";
    },
    setCookie: (cookie: string, url: string) => told.push(`${cookie} of ${url}`),
  };
  open(context, first.url, { headers: { "X-Api-Key": "secret" }, cookieJar });
  const { request, response } = await first.next();
  assert.deepEqual([request.headers["x-api-key"], request.headers.cookie], ["secret", "session=1"]);
  response.writeHead(302, { Location: second.url, "Set-Cookie": "a=b" }).end();
  const { headers } = (await second.next()).request;
  assert.deepEqual([headers["x-api-key"], headers.cookie, headers.accept], [undefined, undefined, "text/event-stream"]);
  assert.deepEqual(told, [first.url, `a=b of ${first.url}`, second.url]);
});

test("the id that it begins with stays until another comes", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url, { lastEventId: "7" });
  const { request } = await server.stream("data: x\n\n");
  assert.equal(request.headers["last-event-id"], "7");
  assert.equal((await messageOf(source)).lastEventId, "7");
  assert.equal(source.lastEventId, "7");
});

test("a body that is a stream is sent once, and the source fails where it would be sent again", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url, { body: new Blob(["ask"]).stream() });
  const { request, response } = await server.stream("retry: 1\n\n");
  assert.equal((await request.toArray()).join(""), "ask");
  const lost = errorOf(source);
  response.end();
  await lost;
  assert.match(String((await errorOf(source)).message), /can be sent once only/);
  assert.equal(source.readyState, EventSource.CLOSED);
});
