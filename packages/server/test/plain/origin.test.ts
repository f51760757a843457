/** Origin and Host: same, other, malformed. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal, type RefusalCode } from "../../src/errors.ts";
import { resolveCors } from "../../src/plain/cors.ts";
import { creditedHeaders, judgeOrigin } from "../../src/plain/origin.ts";

const closed = resolveCors(undefined);
const open = resolveCors({ origin: true });

const same: [host: string, origin: string | undefined][] = [
  ["example.com", undefined],
  ["example.com", "https://example.com"],
  ["example.com", "http://example.com"],
  ["example.com:443", "https://example.com"],
  ["EXAMPLE.com", "https://example.com"],
  ["localhost:3000", "http://localhost:3000"],
  ["127.0.0.1:3000", "http://127.0.0.1:3000"],
  ["[::1]:3000", "http://[::1]:3000"],
  ["my_host:8080", "http://my_host:8080"],
];

for (const [host, origin] of same) {
  test(`${origin ?? "no origin"} at ${host} is at home`, async () => {
    assert.equal((await judgeOrigin({ host, ...(origin === undefined ? {} : { origin }) }, closed)).isForeign, false);
  });
}

const foreign: [host: string, origin: string][] = [
  ["example.com", "https://evil.test"],
  ["example.com", "https://example.com:8443"],
  ["example.com", "https://example.com.evil.test"],
  ["localhost:3000", "http://localhost:3001"],
  ["example.com", "null"],
  ["example.com", "chrome-extension://abcdef"],
  ["example.com", "capacitor://example.com"],
];

for (const [host, origin] of foreign) {
  test(`${origin} at ${host} needs cors`, async () => {
    await assert.rejects(judgeOrigin({ host, origin }, closed), refusal("origin-not-allowed"));
    assert.equal((await judgeOrigin({ host, origin }, open)).isForeign, true);
  });
}

const badOrigins = [
  "",
  "example.com",
  "https://",
  "https:///",
  "https://example.com/",
  "https://example.com/path",
  "https://user@example.com",
  "https://example.com:99999",
  "https://exa mple.com",
  "https://a.example, https://b.example",
  "https://a.example https://b.example",
  "https://[::1",
  "https://999.999.999.999",
  "https://example.com#",
  "https://example.com?x",
  "https://ex\u00e4mple.com",
  "javascript:alert(1)",
  "__proto__",
  "NULL",
];

for (const origin of badOrigins) {
  test(`the origin ${JSON.stringify(origin)} is malformed, whatever cors says`, async () => {
    await assert.rejects(judgeOrigin({ host: "example.com", origin }, open), refusal("bad-origin"));
  });
}

for (const host of [undefined, "", "a b", "a/b", "a@b", "a,b", "[::1", "a:b", "a:99999", "\u00e4", "a#b", "http://a"]) {
  test(`the host ${JSON.stringify(host)} is malformed`, async () => {
    await assert.rejects(judgeOrigin({ ...(host === undefined ? {} : { host }) }, open), refusal("bad-host"));
  });
}

const cookie = "sid=1";
const authorization = "Basic eDp5";

test("credentials count for clients that are no page, and at home", () => {
  const headers = { cookie, authorization, upgrade: "websocket" };
  assert.equal(creditedHeaders(headers, { isForeign: false, grant: undefined }), headers);
});

test("credentials that a foreign page was not granted do not count", () => {
  const verdict = { isForeign: true, grant: { allowOrigin: "*", credentials: false } };
  assert.deepEqual(creditedHeaders({ cookie, authorization, upgrade: "websocket" }, verdict), { upgrade: "websocket" });
  assert.deepEqual(creditedHeaders({ cookie, authorization }, verdict), { authorization });
});

test("credentials of a named origin that was granted them count", () => {
  const headers = { cookie, authorization, upgrade: "websocket" };
  const grant = { allowOrigin: "https://a.example", credentials: true };
  assert.equal(creditedHeaders(headers, { isForeign: true, grant }), headers);
});

function refusal(code: RefusalCode): (error: unknown) => boolean {
  return (error) => error instanceof Refusal && error.code === code;
}
