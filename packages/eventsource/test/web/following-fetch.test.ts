/** The fetch that follows redirects by hand, on the platform's own and real servers. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import type { EventSourceFetchInit, FetchLike, FetchLikeResponse } from "../../src/web/fetch-like.ts";
import { followingFetch } from "../../src/web/following-fetch.ts";
import { type Answer, type Asked, answerStream, redirectTo, serveOrigin } from "../origins.ts";

interface Init extends EventSourceFetchInit {
  method?: string;
  body?: unknown;
  duplex?: "half";
}

const globalFetch: FetchLike = (url, init) => fetch(url, init);
const follow = followingFetch({ fetch: globalFetch, cookieJar: undefined });

function initWith(more: Omit<Partial<Init>, "headers"> = {}, headers: Readonly<Record<string, string>> = {}): Init {
  const signal = new AbortController().signal;
  const accept = { Accept: "text/event-stream" } as const;
  return { signal, mode: "cors", cache: "no-store", redirect: "follow", ...more, headers: { ...accept, ...headers } };
}

async function textOf({ body }: FetchLikeResponse): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return text;
    assert.ok(value instanceof Uint8Array);
    text += decoder.decode(value, { stream: true });
  }
}

/** A server of these paths, any other being a stream. */
async function serve(
  context: TestContext,
  paths: Readonly<Record<string, Answer>>,
): Promise<{ readonly url: string; readonly log: Asked[] }> {
  const log: Asked[] = [];
  const answers = new Map(Object.entries(paths));
  const url = await serveOrigin(context, log, (asked, response) => {
    (answers.get(asked.path) ?? answerStream)(asked, response);
  });
  return { url, log };
}

test("without a redirect, the response is the platform's own", async (t) => {
  const { url } = await serve(t, {});
  const response = await follow(url, initWith());
  assert.ok(response instanceof Response);
  assert.deepEqual([response.url, response.redirected, response.status], [`${url}/`, false, 200]);
  assert.equal(await textOf(response), "data: here\n\n");
});

test("after redirects, it is the last response, and says so", async (t) => {
  const { url, log } = await serve(t, { "/": redirectTo("a/b?c", 301), "/a/b?c": redirectTo("../d#e", 308) });
  const response = await follow(url, initWith());
  assert.deepEqual([response.url, response.redirected, response.status], [`${url}/d`, true, 200]);
  assert.equal(Reflect.get(response, "statusText"), "OK");
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(await textOf(response), "data: here\n\n");
  assert.deepEqual(
    log.map(({ path }) => path),
    ["/", "/a/b?c", "/d"],
  );
});

test("the end of the line may be an error", async (t) => {
  const { url } = await serve(t, {
    "/": redirectTo("/gone"),
    "/gone": (_asked, response) => response.writeHead(410, "Gone for good").end("no"),
  });
  const response = await follow(url, initWith());
  assert.deepEqual([response.status, Reflect.get(response, "statusText")], [410, "Gone for good"]);
  assert.equal(await textOf(response), "no");
});

const answers: readonly [name: string, answer: Answer, status: number][] = [
  ["a redirect without a Location", (_asked, response) => response.writeHead(302).end("x"), 302],
  ["a Location on a status that is no redirect", redirectTo("/other", 300), 300],
  ["a Location on what was created", redirectTo("/other", 201), 201],
  ["not modified", (_asked, response) => response.writeHead(304, { Location: "/other" }).end(), 304],
];

for (const [name, answer, status] of answers) {
  test(`${name} is the answer itself`, async (t) => {
    const { url, log } = await serve(t, { "/": answer });
    const response = await follow(url, initWith());
    await textOf(response);
    assert.deepEqual([response.status, response.redirected, log.length], [status, false, 1]);
  });
}

test("a path in raw UTF-8 is found, as browsers find it", async (t) => {
  const { url, log } = await serve(t, { "/": redirectTo(Buffer.from("/grüße").toString("latin1")) });
  await textOf(await follow(url, initWith()));
  assert.equal(log.at(-1)?.path, "/gr%C3%BC%C3%9Fe");
});

test("a path in Latin-1, or of a fetch that reads headers as text, is found too", async () => {
  for (const location of ["/\xfc", "/\u0141"]) {
    const asked: string[] = [];
    const fetch: FetchLike = async (url) => {
      asked.push(String(url));
      const status = asked.length === 1 ? 302 : 200;
      return { status, url: "", redirected: false, headers: { get: () => location }, body: null };
    };
    await followingFetch({ fetch, cookieJar: undefined })("http://a.test/", initWith());
    assert.equal(asked[1], new URL(location, "http://a.test").href);
  }
});

test("a fragment goes along until a redirect has its own, and is not told", async () => {
  const locations = ["/b", "/c#two", "/d", "/e#", "/f"];
  const asked: string[] = [];
  const fetch: FetchLike = async (url) => {
    const location = locations[asked.length] ?? null;
    asked.push(String(url));
    const status = location === null ? 200 : 302;
    return { status, url: "", redirected: false, headers: { get: () => location }, body: null };
  };
  const response = await followingFetch({ fetch, cookieJar: undefined })("http://a.test/#one", initWith());
  assert.deepEqual(
    asked.map((url) => new URL(url).hash),
    ["#one", "#one", "#two", "#two", "", ""],
  );
  assert.equal(response.url, "http://a.test/f");
});

const refused: readonly [location: string, code: string][] = [
  ["http://[", "redirect-location"],
  ["http://a b/", "redirect-location"],
  ["http://x:99999/", "redirect-location"],
  ["ftp://127.0.0.1/", "redirect-scheme"],
  ["//user:password@127.0.0.1/", "redirect-credentials"],
  ["/", "too-many-redirects"],
];

for (const [location, code] of refused) {
  test(`a redirect to ${location} fails, here as by the platform's fetch`, async (t) => {
    const { url, log } = await serve(t, { "/": redirectTo(location) });
    const error = await follow(url, initWith()).catch((reason: unknown) => reason);
    assert.ok(error instanceof TypeError);
    assert.equal(Reflect.get(error, "code"), code);
    const count = log.length;
    await assert.rejects(globalFetch(url, initWith()), TypeError);
    assert.equal(count, log.length - count);
  });
}

test("20 redirects are followed", async (t) => {
  const { url, log } = await serve(
    t,
    Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`/${at}`, redirectTo(`/${at + 1}`)])),
  );
  const response = await follow(`${url}/0`, initWith());
  assert.deepEqual([response.url, response.status, log.length], [`${url}/20`, 200, 21]);
  await textOf(response);
});

const bodies: readonly [status: number, method: string, arrives: [method: string, body: string]][] = [
  [301, "POST", ["GET", ""]],
  [302, "POST", ["GET", ""]],
  [303, "POST", ["GET", ""]],
  [307, "POST", ["POST", "ask"]],
  [308, "POST", ["POST", "ask"]],
  [301, "PUT", ["PUT", "ask"]],
  [302, "PUT", ["PUT", "ask"]],
  [303, "PUT", ["GET", ""]],
  [307, "PUT", ["PUT", "ask"]],
];

for (const [status, method, arrives] of bodies) {
  test(`${method} redirected with ${status} arrives as ${arrives[0]}, here as by the platform's fetch`, async (t) => {
    const { url, log } = await serve(t, { "/": redirectTo("/stream", status) });
    const init = initWith({ method, body: "ask" }, { "Content-Type": "application/x-ask" });
    for (const get of [follow, globalFetch]) {
      await textOf(await get(url, init));
      const last = log.at(-1);
      assert.deepEqual([last?.path, last?.method, last?.body], ["/stream", ...arrives]);
      assert.deepEqual(last?.headers["content-type"], arrives[1] === "" ? undefined : ["application/x-ask"]);
      assert.deepEqual(last?.headers["content-length"], arrives[1] === "" ? undefined : ["3"]);
    }
  });
}

const streams: readonly [name: string, make: () => unknown][] = [
  ["a stream", () => new Blob(["ask"]).stream()],
  [
    "an async iterable",
    async function* () {
      yield new TextEncoder().encode("ask");
    },
  ],
];

for (const [name, make] of streams) {
  test(`${name} as a body is not sent twice, but 303 does not ask for it`, async (t) => {
    const { url, log } = await serve(t, { "/": redirectTo("/stream", 307), "/303": redirectTo("/stream", 303) });
    const init = (): Init => initWith({ method: "POST", body: make(), duplex: "half" });
    await assert.rejects(follow(url, init()), { code: "redirect-body" });
    await textOf(await follow(`${url}/303`, init()));
    assert.deepEqual(
      log.map(({ method, path, body }) => [method, path, body]),
      [
        ["POST", "/", "ask"],
        ["POST", "/303", "ask"],
        ["GET", "/stream", ""],
      ],
    );
  });
}

test("a body that can be read again is sent again", async (t) => {
  const { url, log } = await serve(t, { "/": redirectTo("/stream", 307) });
  for (const body of [new Blob(["ask"]), new TextEncoder().encode("ask"), new URLSearchParams("ask")]) {
    await textOf(await follow(url, initWith({ method: "POST", body })));
    assert.equal(log.at(-1)?.body.replace("=", ""), "ask");
  }
});

test("the body of a redirect is not waited for: its connection is closed", async (t) => {
  let closed: Promise<unknown> | undefined;
  const { url } = await serve(t, {
    "/": (_asked, response) => {
      closed = once(response, "close");
      response.writeHead(302, { Location: "/stream" }).write("endless");
    },
  });
  assert.equal(await textOf(await follow(url, initWith())), "data: here\n\n");
  await closed;
});

test("the body of a redirect is cancelled before the next request, even if it cannot be", async () => {
  const did: string[] = [];
  const fetch: FetchLike = async (url) => {
    did.push(`asked ${url}`);
    const cancel = (): Promise<void> => {
      did.push("cancelled");
      return Promise.reject(new Error("too late"));
    };
    const body = { getReader: () => ({ read: () => Promise.reject(new Error("read")), cancel }) };
    const location = did.length === 1 ? "/b" : null;
    return {
      status: location === null ? 200 : 302,
      url: "",
      redirected: false,
      headers: { get: () => location },
      body,
    };
  };
  await followingFetch({ fetch, cookieJar: undefined })("http://a.test/a", initWith());
  assert.deepEqual(did, ["asked http://a.test/a", "cancelled", "asked http://a.test/b"]);
});

for (const at of [0, 1, 2]) {
  test(`the signal ends request ${at + 1} of three`, async (t) => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const paths = ["/", "/one", "/two"].map((path, index, all): [string, Answer] => [
      path,
      index === at ? () => controller.abort(reason) : redirectTo(all[index + 1] ?? "/"),
    ]);
    const { url, log } = await serve(t, Object.fromEntries(paths));
    const error = await follow(url, initWith({ signal: controller.signal })).catch((rejected: unknown) => rejected);
    assert.equal(error, reason);
    assert.equal(log.length, at + 1);
  });
}

test("the signal ends the stream behind a redirect", async (t) => {
  const controller = new AbortController();
  const { url } = await serve(t, {
    "/": redirectTo("/endless"),
    "/endless": (_asked, response) => response.writeHead(200).write("data: here\n\n"),
  });
  const response = await follow(url, initWith({ signal: controller.signal }));
  const reader = response.body?.getReader();
  await reader?.read();
  controller.abort();
  await assert.rejects(async () => reader?.read(), { name: "AbortError" });
});

test("a network that fails behind a redirect rejects as fetch does", async (t) => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo; // listens on a port, not on a pipe
  closed.close();
  await once(closed, "close");
  const { url } = await serve(t, { "/": redirectTo(`http://127.0.0.1:${port}/`) });
  await assert.rejects(follow(url, initWith()), { name: "TypeError", message: "fetch failed" });
});
