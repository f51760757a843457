import assert from "node:assert/strict";
import { test } from "node:test";
import { eventRequest, type RequestParts } from "../../src/web/event-request.ts";

const { signal } = new AbortController();
const parts: RequestParts = {
  url: new URL("http://localhost/stream?a=1"),
  lastEventId: "",
  lastEventIdParameter: undefined,
  headers: {},
  method: "GET",
  body: undefined,
  signal,
  withCredentials: undefined,
};

test("is what eventsource gives to a fetch", () => {
  const { url, init } = eventRequest(parts);
  assert.equal(url.href, "http://localhost/stream?a=1");
  const headers = { Accept: "text/event-stream" };
  assert.deepEqual(init, { mode: "cors", redirect: "follow", headers, cache: "no-store", signal });
});

const headers: [name: string, given: Partial<RequestParts>, expected: Record<string, string>][] = [
  ["the program's", { headers: { Authorization: "Bearer x" } }, { Authorization: "Bearer x" }],
  ["the program's Accept in place of ours", { headers: { accept: "*/*" } }, { Accept: "*/*" }],
  ["the newest id", { headers: { "last-event-id": "1" }, lastEventId: "7" }, { "Last-Event-ID": "7" }],
  ["the id", { lastEventId: "7" }, { "Last-Event-ID": "7" }],
  ["the id as bytes of UTF-8", { lastEventId: "é…" }, { "Last-Event-ID": "\xc3\xa9\xe2\x80\xa6" }],
  ["no id in the header where it is in the query", { lastEventId: "7", lastEventIdParameter: "since" }, {}],
];

for (const [name, given, expected] of headers) {
  test(`has in its headers ${name}`, () => {
    const { init } = eventRequest({ ...parts, ...given });
    assert.deepEqual(init.headers, { Accept: "text/event-stream", ...expected });
  });
}

const queries: [id: string, query: string][] = [
  ["", "?a=1"],
  ["7&x", "?a=1&since=7%26x"],
];

for (const [lastEventId, query] of queries) {
  test(`carries the id "${lastEventId}" in its query`, () => {
    const { url } = eventRequest({ ...parts, lastEventId, lastEventIdParameter: "since" });
    assert.equal(url.search, query);
  });
}

test("names credentials only where the platform knows them", () => {
  assert.equal(eventRequest({ ...parts, withCredentials: true }).init.credentials, "include");
  assert.equal(eventRequest({ ...parts, withCredentials: false }).init.credentials, "same-origin");
});

test("sends a body with its method", () => {
  const { init } = eventRequest({ ...parts, method: "POST", body: "x" });
  assert.deepEqual({ ...init }, { ...eventRequest(parts).init, method: "POST", body: "x", duplex: "half" });
});
