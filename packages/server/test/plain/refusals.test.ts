/** "What bad input gets" over HTTP, row by row. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../src/errors.ts";
import type { EndpointOptions } from "../../src/plain/options.ts";
import { type Ask, ask, expectProblem, form, json, poll, stream } from "./asking.ts";
import { openHouse } from "./house.ts";

const rows: [says: string, status: number, code: string, asked: Ask][] = [
  ["a POST without a session", 400, "session-required", { method: "POST", headers: json, body: '{"event":"a"}' }],
  ["a form without a session", 400, "session-required", { method: "POST", headers: form, body: "event=a&data=b" }],
  ["junk JSON", 400, "bad-json", { method: "POST", headers: json, body: "{" }],
  ["no body", 400, "bad-json", { method: "POST", headers: json, body: "" }],
  ["JSON in bad UTF-8", 400, "bad-json", { method: "POST", headers: json, body: Uint8Array.of(0x22, 0xff, 0x22) }],
  ["a JSON string", 400, "bad-envelope", { method: "POST", headers: json, body: '"hi"' }],
  ["a JSON array", 400, "bad-envelope", { method: "POST", headers: json, body: '[{"event":"a"}]' }],
  ["JSON null", 400, "bad-envelope", { method: "POST", headers: json, body: "null" }],
  ["an object that is neither event nor answer", 400, "bad-envelope", { method: "POST", headers: json, body: "{}" }],
  ["an event whose name is no string", 400, "bad-envelope", { method: "POST", headers: json, body: '{"event":1}' }],
  ["an event whose name is an object", 400, "bad-envelope", { method: "POST", headers: json, body: '{"event":{}}' }],
  [
    "arguments that are no list",
    400,
    "bad-envelope",
    { method: "POST", headers: json, body: '{"event":"a","args":1}' },
  ],
  ["an ack that is no number", 400, "bad-envelope", { method: "POST", headers: json, body: '{"event":"a","ack":"1"}' }],
  [
    "a session that is no text",
    400,
    "bad-envelope",
    { method: "POST", headers: json, body: '{"event":"a","session":1}' },
  ],
  ["a form without data", 400, "bad-form", { method: "POST", headers: form, body: "event=a" }],
  ["a form with two events", 400, "bad-form", { method: "POST", headers: form, body: "event=a&event=b&data=c" }],
  ["an empty form", 400, "bad-form", { method: "POST", headers: form, body: "" }],
  ["a control event", 400, "reserved-event", { method: "POST", headers: json, body: '{"event":"anywire:open"}' }],
  [
    "a name reserved by Socket.IO",
    400,
    "reserved-event",
    { method: "POST", headers: form, body: "event=disconnect&data=" },
  ],
  [
    "plain text",
    415,
    "unsupported-media-type",
    { method: "POST", headers: { "Content-Type": "text/plain" }, body: "hi" },
  ],
  ["no media type", 415, "unsupported-media-type", { method: "POST", body: "hi" }],
  [
    "a prototype's name as media type",
    415,
    "unsupported-media-type",
    { method: "POST", headers: { "Content-Type": "constructor" }, body: "hi" },
  ],
  [
    "a multipart form",
    415,
    "unsupported-media-type",
    { method: "POST", headers: { "Content-Type": "multipart/form-data; boundary=x" }, body: "--x--" },
  ],
  [
    "a compressed body",
    415,
    "unsupported-media-type",
    { method: "POST", headers: { ...json, "Content-Encoding": "gzip" }, body: "x" },
  ],
  [
    "an unknown session, by POST",
    410,
    "unknown-session",
    { method: "POST", query: "?session=nobody", headers: json, body: '{"event":"a"}' },
  ],
  [
    "an unknown session in the body",
    410,
    "unknown-session",
    { method: "POST", headers: json, body: '{"event":"a","session":"__proto__"}' },
  ],
  ["an unknown session, by poll", 410, "unknown-session", { query: "?session=nobody", headers: poll }],
  ["a prototype's name as session", 410, "unknown-session", { query: "?session=__proto__", headers: poll }],
  ["two sessions in the query", 400, "bad-request", { query: "?session=a&session=b", headers: poll }],
  [
    "two sessions, query and body",
    400,
    "bad-request",
    { method: "POST", headers: form, body: "event=a&data=b&session=x&session=y" },
  ],
  ["two places to go on from", 400, "bad-request", { query: "?since=a&since=b", headers: stream }],
  ["a room without a name", 400, "bad-request", { query: "?room=", headers: stream }],
  [
    "too many rooms",
    400,
    "bad-request",
    { query: `?${"room=r".repeat(0)}${Array.from({ length: 101 }, (_, n) => `room=${n}`).join("&")}`, headers: stream },
  ],
  ["a wait that is no number", 400, "bad-request", { query: "?wait=long", headers: poll }],
  ["a malformed Origin", 400, "bad-origin", { headers: { ...stream, Origin: "junk" } }],
  ["a malformed Host", 400, "bad-host", { headers: { ...stream, Host: "a b" } }],
  ["a foreign Origin", 403, "origin-not-allowed", { headers: { ...stream, Origin: "https://evil.test" } }],
  ["a foreign Origin that polls", 403, "origin-not-allowed", { headers: { ...poll, Origin: "https://evil.test" } }],
  [
    "a foreign Origin that posts",
    403,
    "origin-not-allowed",
    { method: "POST", headers: { ...json, Origin: "https://evil.test" }, body: "{}" },
  ],
  [
    "a preflight of a foreign Origin",
    403,
    "origin-not-allowed",
    { method: "OPTIONS", headers: { Origin: "https://evil.test" } },
  ],
  ["an opaque Origin", 403, "origin-not-allowed", { headers: { ...stream, Origin: "null" } }],
  ["another path", 404, "not-found", { query: "-and-more" }],
  ["PUT", 405, "method-not-allowed", { method: "PUT", body: "x" }],
  ["DELETE", 405, "method-not-allowed", { method: "DELETE" }],
  ["HEAD", 405, "method-not-allowed", { method: "HEAD" }],
  ["TRACE", 405, "method-not-allowed", { method: "TRACE" }],
  ["a page is asked for", 406, "not-acceptable", { headers: { Accept: "text/html" } }],
];

for (const [says, status, code, asked] of rows) {
  test(`${says}: ${status} ${code}`, async (t) => {
    const house = await openHouse(t);
    const told = await expectProblem(house, asked, [status, code]);
    if (status === 405) assert.equal(told.headers.get("allow"), "GET, POST, OPTIONS");
    assert.equal(told.headers.get("access-control-allow-origin"), null);
    assert.equal(house.gate.sockets.length, 0);
    assert.deepEqual(house.errors, []);
    assert.equal((await ask(house, { headers: poll })).status, 200, "the server lives");
  });
}

const thrown: [says: string, error: unknown, status: number, code: string, retryAfter: string | null][] = [
  ["not authorised", new Refusal("not-authorised"), 403, "not-authorised", null],
  ["shutting down", new Refusal("shutting-down", { retryAfter: 7 }), 503, "shutting-down", "7"],
  ["overloaded", new Refusal("overloaded"), 503, "overloaded", "1"],
  ["too many", new Refusal("too-many"), 429, "too-many", "1"],
  ["the program's own mistake", new Error("a secret"), 500, "internal", null],
];

for (const [says, error, status, code, retryAfter] of thrown) {
  for (const headers of [poll, stream]) {
    test(`the gate says: ${says} (${headers.Accept})`, async (t) => {
      const house = await openHouse(t);
      house.gate.before = () => {
        throw error;
      };
      const told = await expectProblem(house, { headers }, [status, code]);
      assert.equal(told.headers.get("retry-after"), retryAfter);
      assert.ok(!told.body.includes("a secret"));
      assert.deepEqual(house.errors, error instanceof Refusal ? [] : [error]);
    });
  }
}

const authenticate: EndpointOptions["authenticate"] = (handshake) => {
  const { token } = handshake.auth;
  if (token === undefined) return undefined;
  if (typeof token === "string" && token.startsWith("user-")) return token;
  throw new Error("a secret reason");
};

test("bad credentials: 401 that says which kind is wanted, on GET and POST", async (t) => {
  const house = await openHouse(t, { authenticate });
  for (const headers of [poll, stream]) {
    const told = await expectProblem(house, { query: "?token=x", headers }, [401, "not-authenticated"]);
    assert.equal(told.headers.get("www-authenticate"), "Bearer");
    assert.ok(!told.body.includes("a secret reason"));
  }
  const body = '{"event":"a"}';
  await expectProblem(house, { method: "POST", query: "?token=x&session=y", headers: json, body }, [
    401,
    "not-authenticated",
  ]);
  assert.deepEqual(house.gate.requests, []);
});

test("another client's session: 403, by poll and by POST, from query and body, and nobody is told anything", async (t) => {
  const house = await openHouse(t, { authenticate });
  const mine = JSON.parse((await ask(house, { query: "?token=user-1", headers: poll })).body);
  const body = JSON.stringify({ event: "a", session: mine.session });
  const theirs = `?token=user-2&session=${mine.session}`;
  await expectProblem(house, { query: theirs, headers: poll }, [403, "session-not-yours"]);
  await expectProblem(house, { query: `?session=${mine.session}`, headers: poll }, [403, "session-not-yours"]);
  await expectProblem(house, { method: "POST", query: theirs, headers: json, body }, [403, "session-not-yours"]);
  await expectProblem(house, { method: "POST", headers: json, body }, [403, "session-not-yours"]);
  assert.deepEqual(house.gate.socket.received, []);
  const own = { ...json, Authorization: "Bearer user-1" };
  assert.equal((await ask(house, { method: "POST", headers: own, body })).status, 204);
});

test("a body over the limit: 413, whether its length is announced or not, and at the limit it is fine", async (t) => {
  const house = await openHouse(t, { maxMessageBytes: 1_000 });
  const { session } = JSON.parse((await ask(house, { headers: poll })).body);
  const sized = (size: number): string => `{"event":"a","data":"${"x".repeat(size - 23)}"}`.padEnd(size);
  const query = `?session=${session}`;
  assert.equal((await ask(house, { method: "POST", query, headers: json, body: sized(1_000) })).status, 204);
  await expectProblem(house, { method: "POST", query, headers: json, body: sized(1_001) }, [413, "too-large"]);
  const chunked = { ...json, "Transfer-Encoding": "chunked" };
  await expectProblem(house, { method: "POST", query, headers: chunked, body: sized(1_001) }, [413, "too-large"]);
  await expectProblem(house, { method: "POST", query, headers: json, body: sized(4_000_000) }, [413, "too-large"]);
  assert.equal(house.gate.socket.received.length, 1);
});

test("more than the session may send: 429 with Retry-After, by POST and by poll", async (t) => {
  const house = await openHouse(t, { rate: { perSecond: 1, burst: 2 } });
  const { session } = JSON.parse((await ask(house, { headers: poll })).body);
  const post: Ask = { method: "POST", query: `?session=${session}`, headers: json, body: '{"event":"a"}' };
  assert.equal((await ask(house, post)).status, 204);
  assert.equal((await ask(house, post)).status, 204);
  const told = await expectProblem(house, post, [429, "too-many"]);
  assert.equal(told.headers.get("retry-after"), "1");
  await expectProblem(house, { query: `?session=${session}`, headers: poll }, [429, "too-many"]);
});
