/** A cookie jar beside the redirects of a stream: tough-cookie, and jars that misbehave. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { CookieJar as ToughJar } from "tough-cookie";
import { type CookieJar, jarOfOrigin, keepCookies, withCookies } from "../../src/web/cookie-jar.ts";
import type { EventSourceFetchInit, FetchLike } from "../../src/web/fetch-like.ts";
import { followingFetch } from "../../src/web/following-fetch.ts";
import { type Answer, type Asked, redirectTo, serveOrigin } from "../origins.ts";

const globalFetch: FetchLike = (url, init) => fetch(url, init);

async function get(url: string, cookieJar: CookieJar): Promise<number> {
  const init: EventSourceFetchInit = {
    signal: new AbortController().signal,
    mode: "cors",
    cache: "no-store",
    redirect: "follow",
    headers: { Accept: "text/event-stream" },
  };
  const response = await followingFetch({ fetch: globalFetch, cookieJar })(url, init);
  await response.body?.getReader().cancel();
  return response.status;
}

/** Sends these cookies, and then what the other does. */
function withSetCookie(cookies: readonly string[], answer: Answer): Answer {
  return (asked, response) => {
    response.setHeader("Set-Cookie", cookies);
    answer(asked, response);
  };
}

const end: Answer = (_asked, response) => response.end();

/** Remembers what it is told, by name, and does so late. */
function slowJar(told: string[]): CookieJar {
  return {
    getCookieString: async () => {
      await nextTurn();
      return told.join("; ");
    },
    setCookie: async (cookie) => {
      await nextTurn();
      told.push(cookie);
    },
  };
}

test("tough-cookie gets a login that redirects to a stream through", async (t) => {
  const log: Asked[] = [];
  const login = withSetCookie(
    ["session=1; HttpOnly; Expires=Wed, 09 Jun 2100 10:18:14 GMT", "theme=dark; Path=/"],
    redirectTo("/stream", 303),
  );
  const url = await serveOrigin(t, log, (asked, response) => {
    if (asked.path === "/login") login(asked, response);
    else withSetCookie(["theme=light; Path=/", "session=; Max-Age=0"], end)(asked, response);
  });
  const jar = new ToughJar();
  assert.equal(await get(`${url}/login`, jar), 200);
  assert.equal(await get(`${url}/stream`, jar), 200);
  assert.deepEqual(
    log.map(({ path, headers }) => [path, headers.cookie]),
    [
      ["/login", undefined],
      ["/stream", ["session=1; theme=dark"]],
      ["/stream", ["theme=light"]],
    ],
  );
});

test("cookies of a redirect to another host and back stay with whom they are of", async (t) => {
  const log: Asked[] = [];
  const url = await serveOrigin(t, log, (asked, response) => {
    const there = asked.origin.replace("127.0.0.1", "localhost");
    const back = asked.origin.replace("localhost", "127.0.0.1");
    const answers: Readonly<Record<string, Answer>> = {
      "/": withSetCookie(["a=127"], redirectTo(`${there}/there`)),
      "/there": withSetCookie(["a=local"], redirectTo(`${back}/back`)),
      "/back": redirectTo(`${there}/end`),
    };
    (answers[asked.path] ?? end)(asked, response);
  });
  await get(url, new ToughJar());
  assert.deepEqual(
    log.map(({ path, headers }) => [path, headers.cookie]),
    [
      ["/", undefined],
      ["/there", undefined],
      ["/back", ["a=127"]],
      ["/end", ["a=local"]],
    ],
  );
});

test("cookies that the jar refuses are lost, and the stream is not", async (t) => {
  const cookies = ["a=1; Domain=example.com", "b=2; Domain=com", "", "=", "good=1"];
  const url = await serveOrigin(t, [], (asked, response) => {
    (asked.path === "/" ? withSetCookie(cookies, redirectTo("/end")) : withSetCookie(cookies, end))(asked, response);
  });
  const jar = new ToughJar(undefined, { looseMode: false });
  await assert.rejects(jar.setCookie("a=1; Domain=example.com", url));
  assert.equal(await get(url, jar), 200);
  assert.equal(await jar.getCookieString(url), "good=1");
});

test("a jar that throws at every cookie does not end the stream", async (t) => {
  const url = await serveOrigin(t, [], withSetCookie(["a=1", "b=2"], end));
  const refuse = (): never => {
    throw new Error("full");
  };
  const jars = [refuse, async () => refuse()];
  for (const setCookie of jars) assert.equal(await get(url, { getCookieString: () => "", setCookie }), 200);
});

test("a jar that cannot be read fails the attempt with its error", async (t) => {
  const log: Asked[] = [];
  const url = await serveOrigin(t, log, end);
  const error = new Error("the store is gone");
  const jar: CookieJar = { getCookieString: () => Promise.reject(error), setCookie: () => undefined };
  await assert.rejects(get(url, jar), error);
  assert.equal(log.length, 0);
});

test("a slow jar is waited for, cookie by cookie, before the next request", async (t) => {
  const log: Asked[] = [];
  const url = await serveOrigin(t, log, (asked, response) => {
    (asked.path === "/" ? withSetCookie(["a=1", "b=2"], redirectTo("/end")) : end)(asked, response);
  });
  await get(url, slowJar([]));
  assert.deepEqual(log.at(-1)?.headers.cookie, ["a=1; b=2"]);
});

const merged: readonly [
  name: string,
  headers: Readonly<Record<string, string>>,
  kept: string,
  cookie: string | null,
][] = [
  ["none", {}, "", null],
  ["the jar's", {}, "a=1", "a=1"],
  ["the program's", { Cookie: "b=2" }, "", "b=2"],
  ["the program's first, then the jar's", { cOOKIE: "b=2" }, "a=1", "b=2; a=1"],
  ["the program's in two spellings", { Cookie: "b=2", cookie: "c=3" }, "a=1", "b=2; c=3; a=1"],
];

for (const [name, headers, kept, cookie] of merged) {
  test(`one Cookie header: ${name}`, async () => {
    const jar: CookieJar = { getCookieString: () => kept, setCookie: () => undefined };
    const sent = await withCookies({ ...headers, Accept: "a" }, jar, "http://a.test/");
    assert.equal(new Headers(sent).get("Cookie"), cookie);
    assert.equal(sent.Accept, "a");
  });
}

test("a fetch whose headers cannot tell cookies apart gives the jar none", async () => {
  const told: string[] = [];
  const headers = { get: () => "a=1, b=2" };
  await keepCookies({ status: 200, url: "", redirected: false, body: null, headers }, slowJar(told), "http://a.test/");
  assert.deepEqual(told, []);
});

test("the jar of one origin is empty to others, and takes nothing from them", async () => {
  const jar = new ToughJar();
  const own = jarOfOrigin(jar, "http://a.test");
  await own.setCookie("a=1", "http://a.test/x");
  for (const url of ["https://a.test/", "http://a.test:81/", "http://b.test/", "data:,x"]) {
    await own.setCookie("b=2", url);
    assert.equal(await own.getCookieString(url), "");
  }
  assert.equal(await own.getCookieString("http://a.test:80/x"), "a=1");
  assert.deepEqual((await jar.serialize()).cookies.length, 1);
});
