/** What a redirect makes of a request. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkRedirect,
  hasFragment,
  isRedirect,
  type RedirectableRequest,
  redirectRequest,
} from "../../src/protocol/redirect.ts";

const here = new URL("https://a.test/stream");

const origins: readonly [name: string, url: string, same: boolean][] = [
  ["another path", "https://a.test/other?q", true],
  ["the port that goes without saying", "https://a.test:443/", true],
  ["another host", "https://b.test/stream", false],
  ["a host below", "https://x.a.test/stream", false],
  ["another port", "https://a.test:8443/stream", false],
  ["http", "http://a.test/stream", false],
];

const request: RedirectableRequest<string> = {
  method: "POST",
  headers: {
    Accept: "text/event-stream",
    "Accept-Language": "fr",
    "Last-Event-ID": "7",
    "User-Agent": "mine",
    "Content-Type": "text/plain",
    "content-language": "fr",
    "Content-Encoding": "identity",
    "Content-Location": "/a",
    "Content-Length": "4",
    AUTHORIZATION: "secret",
    cookie: "secret",
    "Proxy-Authorization": "secret",
    "X-Api-Key": "secret",
    Host: "a.test",
    Referer: "https://a.test/secret",
  },
  body: "body",
};

function redirected(status: number, method: string, to: string): RedirectableRequest<string> {
  return redirectRequest({ ...request, method }, status, { current: here, target: new URL(to) });
}

test("five statuses redirect, and they need a Location", () => {
  const redirecting = Array.from({ length: 600 }, (_, status) => status).filter((status) => isRedirect(status, "/"));
  assert.deepEqual(redirecting, [301, 302, 303, 307, 308]);
  for (const status of redirecting) {
    assert.equal(isRedirect(status, null), false);
    assert.equal(isRedirect(status, ""), true);
  }
});

const bodies: readonly [status: number, method: string, becomes: string][] = [
  ...[301, 302, 303].map((status): [number, string, string] => [status, "POST", "GET"]),
  ...[307, 308].map((status): [number, string, string] => [status, "POST", "POST"]),
  ...[301, 302, 307, 308].map((status): [number, string, string] => [status, "QUERY", "QUERY"]),
  [303, "QUERY", "GET"],
  [303, "PUT", "GET"],
  ...[301, 302, 303, 307, 308].flatMap((status): [number, string, string][] => [
    [status, "GET", "GET"],
    [status, "HEAD", "HEAD"],
  ]),
];

for (const [status, method, becomes] of bodies) {
  test(`${status} makes ${method} a ${becomes}${becomes === method ? " as it was" : " without a body"}`, () => {
    const next = redirected(status, method, here.href);
    assert.equal(next.method, becomes);
    assert.equal(next.body, becomes === method ? "body" : undefined);
    const described = Object.keys(next.headers).filter((name) => name.toLowerCase().startsWith("content-"));
    assert.equal(described.length, becomes === method ? 5 : 0);
    assert.equal(next.headers.AUTHORIZATION, "secret");
  });
}

for (const [name, url, same] of origins) {
  test(`${name} ${same ? "is told everything" : "learns no header of the program's"}`, () => {
    const { headers, body } = redirected(307, "POST", url);
    assert.equal(body, "body");
    if (same) return assert.deepEqual(headers, request.headers);
    assert.deepEqual(
      Object.keys(headers)
        .map((header) => header.toLowerCase())
        .sort(),
      ["accept", "accept-language", "content-language", "content-type", "last-event-id", "user-agent"],
    );
  });
}

test("what was dropped does not come back on the way home", () => {
  const there = redirected(307, "POST", "https://b.test/");
  const back = redirectRequest(there, 307, { current: new URL("https://b.test/"), target: here });
  assert.deepEqual(back, there);
});

const targets: readonly [url: string, code: string][] = [
  ["file:///etc/passwd", "redirect-scheme"],
  ["data:text/event-stream,data:x%0A%0A", "redirect-scheme"],
  ["javascript:alert(1)", "redirect-scheme"],
  ["ws://a.test/", "redirect-scheme"],
  ["https://user@a.test/", "redirect-credentials"],
  ["https://:password@a.test/", "redirect-credentials"],
  ["https://user:password@b.test/", "redirect-credentials"],
];

for (const [url, code] of targets) {
  test(`no redirect leads to ${url}`, () => {
    assert.throws(() => checkRedirect(new URL(url), 0), { name: "EventStreamError", code });
  });
}

test("20 redirects are followed, and no more", () => {
  checkRedirect(here, 19);
  assert.throws(() => checkRedirect(here, 20), { code: "too-many-redirects" });
});

test("a fragment is one even if it is empty", () => {
  assert.equal(hasFragment("/a#b"), true);
  assert.equal(hasFragment("/a#"), true);
  assert.equal(hasFragment("/a?b"), false);
});
