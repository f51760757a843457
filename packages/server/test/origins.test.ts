import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { allowOrigins, type Origins } from "../src/origins.ts";

const cases: readonly [origins: Origins, origin: string | undefined, isAllowed: boolean][] = [
  ["*:*", "https://a.example", true],
  ["*", "https://a.example", true],
  ["*", "null", true],
  ["https://a.example", "https://a.example", true],
  ["https://a.example", "http://a.example", false],
  ["https://a.example:*", "https://a.example:8443", true],
  ["a.example:443", "https://a.example", true],
  ["a.example:80", "https://a.example", false],
  ["a.example:* b.example:*", "http://b.example:99", true],
  ["*:8080", "http://any.example:8080", true],
  ["*:8080", "http://any.example:8081", false],
  [["https://a.example", "b.example"], "http://b.example", true],
  ["a.example", "https://a.example.evil.test", false],
  ["a.example", "https://evil.test/a.example", false],
  ["a.example", "not an origin", false],
  ["a.example", "__proto__", false],
  ["a.example", undefined, true],
  [(origin, decide) => decide(null, origin === "https://a.example"), "https://a.example", true],
  [(origin, decide) => decide(null, origin === "https://a.example"), "https://b.example", false],
  [(origin, decide) => decide(null, origin === "*"), undefined, true],
  [(_origin, decide) => decide("an error", true), "https://a.example", false],
  [(_origin, decide) => decide(null, "yes" as unknown as boolean), "https://a.example", false],
];

function requestFrom(origin: string | undefined): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  if (origin !== undefined) request.headers.origin = origin;
  return request;
}

for (const [origins, origin, expected] of cases) {
  test(`${String(origins)} ${expected ? "lets" : "does not let"} ${origin} in`, () => {
    const verdicts: unknown[] = [];
    allowOrigins(origins, undefined)(requestFrom(origin), (_error, success) => verdicts.push(success));
    assert.deepEqual(verdicts, [expected]);
  });
}

test("the program's own allowRequest is asked behind it", () => {
  const asked: unknown[] = [];
  const allow = allowOrigins("a.example", (request, decide) => {
    asked.push(request.headers.origin);
    decide("own reason", false);
  });
  const verdicts: unknown[] = [];
  for (const origin of ["https://a.example", "https://b.example"])
    allow(requestFrom(origin), (...verdict) => verdicts.push(verdict));
  assert.deepEqual(asked, ["https://a.example"]);
  assert.deepEqual(verdicts, [
    ["own reason", false],
    ["origin not allowed", false],
  ]);
});
