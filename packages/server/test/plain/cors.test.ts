/** Which other origins may connect. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type PlainCorsOptions, resolveCors } from "../../src/plain/cors.ts";

const asked = [
  "https://a.example",
  "https://b.example",
  "http://a.example",
  "https://a.example.evil.test",
  "null",
] as const;

const rules: [says: string, options: PlainCorsOptions | undefined, allowed: readonly string[]][] = [
  ["none", undefined, []],
  ["one origin", { origin: "https://a.example" }, ["https://a.example"]],
  ["one origin, written as a URL with a default port", { origin: "HTTPS://A.example:443" }, ["https://a.example"]],
  ["a list", { origin: ["https://a.example", /https:\/\/b\..*/] }, ["https://a.example", "https://b.example"]],
  ["an expression is to match the whole origin", { origin: /https:\/\/a\.example/ }, ["https://a.example"]],
  ["an expression with state", { origin: /https:\/\/a\.example/g }, ["https://a.example"]],
  ["a function", { origin: (origin) => origin.endsWith("b.example") }, ["https://b.example"]],
  ["a function that takes its time", { origin: async (origin) => origin === "null" }, ["null"]],
  ["true", { origin: true }, asked],
  ["a star", { origin: "*" }, asked],
  ["a star in a list", { origin: ["https://a.example", "*"] }, asked],
];

for (const [says, options, allowed] of rules) {
  test(`cors: ${says}`, async () => {
    const policy = resolveCors(options);
    for (const origin of [...asked, ...asked]) {
      assert.equal((await policy(origin)) !== undefined, allowed.includes(origin), origin);
    }
  });
}

test("credentials are for named origins", async () => {
  const policy = resolveCors({ origin: "https://a.example", credentials: true });
  assert.deepEqual(await policy("https://a.example"), { allowOrigin: "https://a.example", credentials: true });
  const anyOrigin = resolveCors({ origin: true });
  assert.deepEqual(await anyOrigin("https://a.example"), { allowOrigin: "*", credentials: false });
});

const refused: [says: string, options: unknown][] = [
  ["credentials for every origin", { origin: true, credentials: true }],
  ["credentials for a star", { origin: ["*"], credentials: true }],
  ["a host without its scheme", { origin: "example.com" }],
  ["an origin with a path", { origin: "https://example.com/path" }],
  ["a number", { origin: 1 }],
];

for (const [says, options] of refused) {
  test(`cors refuses ${says} when it is set up`, () => {
    assert.throws(() => resolveCors(options as PlainCorsOptions), TypeError);
  });
}
