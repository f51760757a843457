/** "What bad input gets" over HTTP, row by row, and the CORS headers that go with it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { test } from "node:test";
import { Refusal } from "../../src/errors.ts";
import type { EndpointOptions } from "../../src/plain/options.ts";
import { type House, openHouse, rawExchange } from "./house.ts";

const json = { "Content-Type": "application/json" };
const form = { "Content-Type": "application/x-www-form-urlencoded" };
const poll = { Accept: "application/json" };
const stream = { Accept: "text/event-stream" };

interface Ask {
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** fetch refuses to send some of these headers, so it is http.request. */
async function ask(house: House, { method = "GET", query = "", headers = {}, body }: Ask): Promise<Told> {
  const request = httpRequest(`${house.url}${query}`, { method, headers, agent: false });
  request.on("error", () => {});
  request.end(body);
  const [response] = await once(request, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const told = new Headers();
  for (const [name, value] of Object.entries(response.headers)) told.set(name, String(value));
  return { status: response.statusCode, headers: told, body: Buffer.concat(chunks).toString() };
}

async function expectProblem(house: House, asked: Ask, [status, code]: [status: number, code: string]): Promise<Told> {
  const told = await ask(house, asked);
  assert.equal(told.status, status, told.body);
  assert.equal(told.headers.get("content-type"), "application/problem+json");
  assert.equal(told.headers.get("cache-control"), "no-store");
  assert.equal(told.headers.get("vary"), "Origin, Accept");
  if (asked.method !== "HEAD") {
    const problem = JSON.parse(told.body);
    assert.deepEqual([problem.type, problem.status, problem.code], ["about:blank", status, code]);
    assert.equal(typeof problem.title, "string");
    assert.equal(typeof problem.detail, "string");
  }
  return told;
}

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
  ["another path", 404, "not-found", { query: "/chat/__proto__" }],
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

test("a body that does not arrive in time: 408", async (t) => {
  const house = await openHouse(t, { bodyTimeout: 1 });
  const request = "POST /anywire HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n";
  assert.match(await rawExchange(house.port, `${request}\r\n{`), /^HTTP\/1.1 408 .*\r\nConnection: close\r\n/s);
});

const cut: [says: string, text: string][] = [
  [
    "fewer bytes than announced",
    "POST /anywire HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{",
  ],
  ["a head that never ends", "GET /anywire HTTP/1.1\r\nHost: a\r\n"],
];

for (const [says, text] of cut) {
  test(`a client that sends ${says} and leaves is forgotten`, async (t) => {
    const house = await openHouse(t);
    const { connect } = await import("node:net");
    const socket = connect(house.port, "127.0.0.1");
    socket.end(text);
    await once(socket.resume(), "close");
    assert.equal((await ask(house, { headers: poll })).status, 200);
    assert.deepEqual(house.errors, []);
  });
}

const strange: [says: string, text: string, answer: RegExp][] = [
  ["no Host", "GET /anywire HTTP/1.1\r\n\r\n", /^HTTP\/1.1 400 /],
  [
    "length and chunks",
    "POST /anywire HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    /^HTTP\/1.1 400 /,
  ],
  [
    "chunks twice",
    "POST /anywire HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
    /^HTTP\/1.1 4\d\d /,
  ],
  [
    "two lengths",
    "POST /anywire HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    /^HTTP\/1.1 400 /,
  ],
  ["a negative length", "POST /anywire HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", /^HTTP\/1.1 400 /],
  [
    "an absolute target",
    "GET http://b/anywire HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n\r\n",
    /^HTTP\/1.1 406 /,
  ],
  ["a target of two slashes", "GET //anywire HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", /^HTTP\/1.1 404 /],
  ["an asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", /^HTTP\/1.1 404 /],
  [
    "two Origins",
    "GET /anywire HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nOrigin: http://b\r\nConnection: close\r\n\r\n",
    /^HTTP\/1.1 400 /,
  ],
  [
    "2,000 headers",
    `GET /anywire HTTP/1.1\r\n${"a: b\r\n".repeat(2_000)}Host: a\r\nConnection: close\r\n\r\n`,
    /^HTTP\/1.1 4\d\d /,
  ],
  [
    "2,000 headers and an upgrade",
    `GET /anywire HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n${"a: b\r\n".repeat(2_000)}Upgrade: websocket\r\n\r\n`,
    /^HTTP\/1.1 4\d\d /,
  ],
  ["HTTP/1.0", "POST /anywire HTTP/1.0\r\nHost: a\r\n\r\n", /^HTTP\/1.1 415 /],
  [
    "prototype names in the query",
    "POST /anywire?__proto__=1&constructor[prototype]=2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    /^HTTP\/1.1 415 /,
  ],
];

for (const [says, text, answer] of strange) {
  test(`raw bytes with ${says} are answered`, async (t) => {
    const house = await openHouse(t);
    assert.match(await rawExchange(house.port, text), answer);
    assert.equal((await ask(house, { headers: poll })).status, 200, "the server lives");
    assert.deepEqual(house.errors, []);
  });
}

const origin = "https://page.example";

test("with cors, every answer lets the page read it, refusals too", async (t) => {
  const house = await openHouse(t, { cors: { origin, credentials: true } });
  const asked: Ask[] = [
    { headers: { ...poll, Origin: origin } },
    { method: "OPTIONS", headers: { Origin: origin } },
    { method: "POST", headers: { ...json, Origin: origin }, body: "{" },
    { method: "POST", headers: { ...json, Origin: origin }, query: "?session=nobody", body: "{}" },
    { method: "PUT", headers: { Origin: origin } },
    { headers: { Accept: "text/html", Origin: origin } },
  ];
  for (const one of asked) {
    const { headers } = await ask(house, one);
    assert.equal(headers.get("access-control-allow-origin"), origin);
    assert.equal(headers.get("access-control-allow-credentials"), "true");
    assert.equal(headers.get("vary"), "Origin, Accept");
    assert.equal(headers.get("cache-control"), "no-store");
  }
});

test("a preflight is told what may be sent", async (t) => {
  const house = await openHouse(t, { cors: { origin } });
  const { status, headers, body } = await ask(house, { method: "OPTIONS", headers: { Origin: origin } });
  assert.deepEqual([status, body], [204, ""]);
  assert.equal(headers.get("access-control-allow-methods"), "GET, POST, OPTIONS");
  assert.match(headers.get("access-control-allow-headers") ?? "", /Content-Type/);
  assert.equal(headers.get("access-control-allow-credentials"), null);
});

test("for every origin the answer is a star, and never credentials", async (t) => {
  const house = await openHouse(t, { cors: { origin: true } });
  const { headers } = await ask(house, { headers: { ...poll, Origin: origin, Cookie: "sid=1" } });
  assert.equal(headers.get("access-control-allow-origin"), "*");
  assert.equal(headers.get("access-control-allow-credentials"), null);
  assert.equal(house.gate.requests[0]?.handshake.headers.cookie, undefined);
  assert.equal(house.gate.requests[0]?.handshake.xdomain, true);
});

test("OPTIONS from a client that is no page: 204 with Allow", async (t) => {
  const house = await openHouse(t);
  const { status, headers } = await ask(house, { method: "OPTIONS" });
  assert.deepEqual([status, headers.get("allow")], [204, "GET, POST, OPTIONS"]);
});

test("what the application learns of a request: no session in it, keys without a prototype", async (t) => {
  const house = await openHouse(t);
  await ask(house, {
    query: "?room=a&room=b&room=a&since=e-1&x=1&__proto__=2",
    headers: { ...poll, Authorization: "Bearer t" },
  });
  const request = house.gate.requests[0];
  assert.deepEqual(request?.rooms, ["a", "b"]);
  assert.deepEqual([request?.since, request?.session, request?.wire], ["e-1", undefined, "poll"]);
  assert.deepEqual(request?.handshake.auth, { token: "t" });
  assert.equal(request?.handshake.address, "127.0.0.1");
  assert.equal(Object.getPrototypeOf(request?.handshake.query), null);
  const stream = await fetch(`${house.url}?session=old-secret&x=1`, { headers: { Accept: "text/event-stream" } });
  await stream.body?.cancel();
  assert.equal(house.gate.requests[1]?.session, "old-secret");
  assert.ok(!JSON.stringify(house.gate.requests[1]?.handshake).includes("old-secret"));
});
