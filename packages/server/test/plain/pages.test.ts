/** What pages are told (CORS), and what the program is told of a request. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Ask, ask, json, poll } from "./asking.ts";
import { openHouse } from "./house.ts";

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
