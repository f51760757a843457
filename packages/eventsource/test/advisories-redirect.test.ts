/** What redirects told strangers, in this field and beside it: each case as a request that a stranger's server reads. */

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { CookieJar as ToughJar } from "tough-cookie";
import type { CookieJar } from "../src/web/cookie-jar.ts";
import type { EventSourceFetchInit, FetchLike, FetchLikeResponse } from "../src/web/fetch-like.ts";
import { followingFetch } from "../src/web/following-fetch.ts";
import { type Asked, answerStream, redirectTo, serveOrigin } from "./origins.ts";

const statuses: readonly number[] = [301, 302, 303, 307, 308];

/** Headers that a program gives, in the ways that programs write them. */
const secrets: Readonly<Record<string, string>> = {
  Authorization: "Bearer secret",
  cookie: "session=secret",
  "Proxy-Authorization": "Basic secret",
  "X-Api-Key": "secret",
  "x-csrf-token": "secret",
};
const secretNames = Object.keys(secrets).map((name) => name.toLowerCase());
const harmless = { Accept: "text/event-stream", "Last-Event-ID": "7", "Accept-Language": "fr" } as const;

function initWith(headers: Readonly<Record<string, string>>): EventSourceFetchInit {
  const signal = new AbortController().signal;
  return { signal, mode: "cors", cache: "no-store", redirect: "follow", headers: { ...harmless, ...headers } };
}

const globalFetch: FetchLike = (url, init) => fetch(url, init);

async function get(url: string, headers: Readonly<Record<string, string>>, cookieJar?: CookieJar): Promise<string> {
  const response = await followingFetch({ fetch: globalFetch, cookieJar })(url, initWith(headers));
  const reader = response.body?.getReader();
  while (reader !== undefined && !(await reader.read()).done);
  return response.url;
}

/** Which of the program's secrets came. */
function secretsIn({ headers }: Asked): string[] {
  return secretNames.filter((name) => headers[name] !== undefined);
}

function lastOf(log: readonly Asked[]): Asked {
  const last = log.at(-1);
  assert.ok(last);
  return last;
}

/** Where the first server, which the program trusts, sends it. */
const places: readonly [name: string, same: boolean, to: (first: string, second: string) => string][] = [
  ["another path", true, () => "/stream"],
  ["its own origin in full", true, (first) => `${first}/stream`],
  ["another port", false, (_first, second) => `${second}/stream`],
  ["another name of the same server", false, (first) => `${first.replace("127.0.0.1", "localhost")}/stream`],
  ["another host by a reference without a scheme", false, (_first, second) => `${second.slice("http:".length)}/stream`],
  [
    "another host by backslashes",
    false,
    (_first, second) => `${second.slice("http:".length).replaceAll("/", "\\")}/stream`,
  ],
];

type Place = (typeof places)[number];

async function redirectOnce(
  context: TestContext,
  [, , to]: Place,
  status: number,
): Promise<{ first: string; log: Asked[] }> {
  const log: Asked[] = [];
  const second = await serveOrigin(context, log, answerStream);
  const first: string = await serveOrigin(context, log, (asked, response) => {
    if (asked.path === "/stream") answerStream(asked, response);
    else redirectTo(to(first, second), status)(asked, response);
  });
  return { first, log };
}

describe("CVE-2022-1650, GHSA-6h5x-7c5m-7cr7 (EventSource/eventsource#273): secrets for strangers", () => {
  for (const place of places) {
    const [name, same] = place;
    for (const status of statuses) {
      test(`${status} to ${name} ${same ? "keeps" : "drops"} what the program told the first`, async (t) => {
        const { first, log } = await redirectOnce(t, place, status);
        await get(`${first}/`, secrets);
        const last = lastOf(log);
        assert.equal(last.path, "/stream");
        assert.deepEqual(secretsIn(last), same ? secretNames : []);
        assert.deepEqual(last.headers["last-event-id"], ["7"]);
        assert.deepEqual(last.headers.accept, ["text/event-stream"]);
        assert.deepEqual(last.headers["accept-language"], ["fr"]);
        if (!same) assert.equal(JSON.stringify(last).includes("secret"), false);
      });
    }
  }
});

describe("cookies of a jar go where the jar says, those of the program do not", () => {
  const jars: readonly [name: string, make: () => CookieJar][] = [
    ["tough-cookie", () => new ToughJar()],
    ["a jar that answers at once", () => syncJar()],
  ];
  for (const [jarName, make] of jars) {
    for (const place of places) {
      for (const status of statuses) {
        test(`${jarName}, ${status} to ${place[0]}`, async (t) => {
          const { first, log } = await redirectOnce(t, place, status);
          const jar = make();
          await jar.setCookie("kept=1; Path=/", first);
          await get(`${first}/`, { Cookie: "given=1" }, jar);
          assert.deepEqual(log[0]?.headers.cookie, ["given=1; kept=1"]);
          const last = lastOf(log);
          const own = await jar.getCookieString(`${last.origin}/stream`);
          const cookies = [place[1] ? "given=1" : "", own].filter((cookie) => cookie !== "");
          assert.deepEqual(last.headers.cookie ?? [], cookies.length === 0 ? [] : [cookies.join("; ")]);
        });
      }
    }
  }

  test("cookies belong to a host, on all its ports (RFC 6265 §8.5), and to no other host", async (t) => {
    const jar = new ToughJar();
    for (const [place, expected] of [
      [places[2], ["kept=1"]],
      [places[3], undefined],
    ] as const) {
      assert.ok(place);
      const { first, log } = await redirectOnce(t, place, 302);
      await jar.setCookie("kept=1; Path=/", first);
      await get(`${first}/`, {}, jar);
      assert.deepEqual(lastOf(log).headers.cookie, expected);
    }
  });
});

/** Its cookies are of one origin, whatever they say. */
function syncJar(): CookieJar {
  const cookies = new Map<string, string>();
  return {
    getCookieString: (url) => cookies.get(new URL(url).origin) ?? "",
    setCookie: (cookie, url) => cookies.set(new URL(url).origin, cookie.split(";")[0] ?? ""),
  };
}

/** The commits of ws that have no number (6946f5fe, d68ba9e1, bc8bd34e of 2022), as they are for http. */
const hops: readonly [name: string, urls: readonly string[]][] = [
  ["to another host (6946f5fe)", ["http://a.test/", "http://b.test/"]],
  ["from TLS to none (d68ba9e1)", ["https://a.test/", "http://a.test/"]],
  ["from TLS to none on the same port", ["https://a.test:8000/", "http://a.test:8000/"]],
  ["to TLS, which is another origin", ["http://a.test/", "https://a.test/"]],
  ["to another port", ["https://a.test/", "https://a.test:8443/"]],
  ["to a host below", ["https://a.test/", "https://x.a.test/"]],
  ["to a host above", ["https://x.a.test/", "https://a.test/"]],
  ["to another host and on", ["https://a.test/", "https://b.test/", "https://b.test/on"]],
  ["to another host and back", ["https://a.test/", "https://b.test/", "https://a.test/"]],
  ["from TLS to none and back", ["https://a.test/", "http://a.test/", "https://a.test/"]],
];

/** A network of one way: each URL redirects to the next. */
function network(urls: readonly string[]): { readonly fetch: FetchLike; readonly sent: Headers[] } {
  const sent: Headers[] = [];
  const fetch: FetchLike = async (url, init): Promise<FetchLikeResponse> => {
    assert.equal(String(url), urls[sent.length]);
    assert.equal(init.redirect, "manual");
    sent.push(new Headers(init.headers));
    const next = urls[sent.length];
    const headers = new Headers(next === undefined ? {} : { Location: next });
    return { status: next === undefined ? 200 : 307, url: String(url), redirected: false, headers, body: null };
  };
  return { fetch, sent };
}

describe("the redirects of ws that told Authorization and Cookie", () => {
  for (const [name, urls] of hops) {
    test(`${name}: nothing is told, and never again`, async () => {
      const { fetch, sent } = network(urls);
      await followingFetch({ fetch, cookieJar: undefined })(urls[0] ?? "", initWith(secrets));
      assert.equal(sent.length, urls.length);
      for (const header of secretNames) {
        assert.deepEqual(
          sent.map((headers) => headers.has(header)),
          urls.map((_url, at) => at === 0),
        );
      }
    });
  }

  test("no redirect leads to a local socket, as ws+unix did (bc8bd34e), nor to a file", async () => {
    for (const location of ["unix:/run/docker.sock", "http+unix://x/", "file:///etc/passwd", "data:,x", "blob:x"]) {
      const { fetch } = network(["http://a.test/", location]);
      const answer = followingFetch({ fetch, cookieJar: undefined })("http://a.test/", initWith(secrets));
      await assert.rejects(answer, { name: "EventStreamError", code: "redirect-scheme" });
    }
  });
});

test("the fetch of the platform keeps three names from strangers, and tells all others: ours tells none", async (t) => {
  const place = places[2];
  assert.ok(place);
  const { first, log } = await redirectOnce(t, place, 302);
  await (await fetch(`${first}/`, { headers: secrets })).text();
  assert.deepEqual(secretsIn(lastOf(log)), ["x-api-key", "x-csrf-token"]);
  await get(`${first}/`, secrets);
  assert.deepEqual(secretsIn(lastOf(log)), []);
});
