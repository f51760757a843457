/** What goes along with a redirect: the matrix of ws's advisories, on paper. On the wire: opening-redirects.test.ts. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, parseUrl, readAddress } from "../../src/node/address.ts";
import { isTrusted, withCredentials, withoutCredentials } from "../../src/node/redirect.ts";

const at = (url: string): Address => readAddress(parseUrl(url));

/** What is still there of `all`, after a redirect. */
type Kept = "all" | "all but credentials" | "all but credentials and host";

const redirects: [name: string, from: string, to: string, kept: Kept][] = [
  ["to the same host", "ws://a/", "ws://a/b", "all"],
  ["to the same host and port, written out", "ws://a/", "ws://A:80/", "all"],
  ["to TLS on the same host", "ws://a/", "wss://a/", "all"],
  ["within TLS", "wss://a/", "wss://a/b", "all"],
  ["to the same socket", "ws+unix:/a:/x", "ws+unix:/a:/y", "all"],
  ["from TLS to none", "wss://a/", "ws://a/", "all but credentials"],
  ["to another host", "ws://a/", "ws://b/", "all but credentials and host"],
  ["to a subdomain", "ws://a/", "ws://x.a/", "all but credentials and host"],
  ["to another port", "ws://a/", "ws://a:8080/", "all but credentials and host"],
  ["to another host within TLS", "wss://a/", "wss://b/", "all but credentials and host"],
  ["from TLS to another host without", "wss://a/", "ws://b/", "all but credentials and host"],
  ["to another socket", "ws+unix:/a:/x", "ws+unix:/b:/x", "all but credentials and host"],
  ["from TCP to a socket", "ws://a/", "ws+unix:/a:/", "all but credentials and host"],
  ["from a socket to TCP", "ws+unix:a:/x", "ws://a/x", "all but credentials and host"],
];

const all = { "x-own": "1", Authorization: "a", cookie: "b", "PROXY-Authorization": "c", HOST: "d" };

const rest: Record<Kept, object> = {
  all,
  "all but credentials": { "x-own": "1", HOST: "d" },
  "all but credentials and host": { "x-own": "1" },
};

for (const [name, from, to, kept] of redirects) {
  test(`${name}: ${kept} goes along`, () => {
    const [first, next] = [at(from), at(to)];
    assert.equal(isTrusted(first, next), kept === "all");
    if (kept !== "all") assert.deepEqual(withoutCredentials(all, first, next), rest[kept]);
  });
}

test("the program's headers are left as they are", () => {
  const headers = Object.freeze({ ...all });
  withoutCredentials(headers, at("ws://a/"), at("ws://b/"));
  withCredentials(headers, "user:pass");
  assert.deepEqual(headers, all);
});

test("credentials of a URL become a header, unless there is one", () => {
  assert.deepEqual(withCredentials({ a: "1" }, "user:pass"), { a: "1", Authorization: "Basic dXNlcjpwYXNz" });
  assert.deepEqual(withCredentials({ AUTHORIZATION: "own" }, "user:pass"), { AUTHORIZATION: "own" });
  assert.deepEqual(withCredentials({ a: "1" }, undefined), { a: "1" });
});
