import assert from "node:assert/strict";
import { test } from "node:test";
import { hasBlockedPort } from "../../src/web/blocked-ports.ts";

const cases: [url: string, blocked: boolean][] = [
  ["ws://localhost:1/", true],
  ["ws://localhost:25/", true],
  ["wss://localhost:22/", true],
  ["ws://localhost:6667/", true],
  ["ws://localhost:10080/", true],
  ["ws://localhost:0/", true],
  ["ws://localhost/", false],
  ["wss://localhost/", false],
  ["wss://localhost:80/", false],
  ["ws://localhost:443/", false],
  ["ws://localhost:8080/", false],
  ["ws://localhost:65535/", false],
];

for (const [url, blocked] of cases) {
  test(`${url} ${blocked ? "has a port of another protocol" : "may be connected to"}`, () => {
    assert.equal(hasBlockedPort(new URL(url)), blocked);
  });
}
