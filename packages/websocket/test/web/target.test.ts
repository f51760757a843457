import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveTarget } from "../../src/web/target.ts";

const urls: [given: string, resolved: string][] = [
  ["ws://localhost", "ws://localhost/"],
  ["WS://LOCALHOST:80/a", "ws://localhost/a"],
  ["wss://localhost:443/?a", "wss://localhost/?a"],
  ["ws://localhost:8080/a b?c d", "ws://localhost:8080/a%20b?c%20d"],
  ["http://localhost:80/", "ws://localhost/"],
  ["https://localhost:443/a", "wss://localhost/a"],
  ["http://localhost:443/", "ws://localhost:443/"],
  ["  ws://localhost/\n", "ws://localhost/"],
  ["ws://user:pass@localhost/", "ws://user:pass@localhost/"],
  ["ws://ä.example/ü", "ws://xn--4ca.example/%C3%BC"],
  ["ws:localhost", "ws://localhost/"],
];

for (const [given, resolved] of urls) {
  test(`${JSON.stringify(given)} is ${resolved}`, () => {
    assert.equal(resolveTarget(given, []).url.href, resolved);
  });
}

const refusedUrls = [
  "",
  "localhost",
  "/echo",
  "//localhost/",
  "#test",
  "?test",
  "ws://foo bar.com/",
  "wss://foo bar.com/",
  "ws://",
  "ws://localhost:70000/",
  "ftp://localhost/",
  "mailto:example@example.org",
  "about:blank",
  "javascript:1",
  "ws+unix:/tmp/socket",
  "ws://localhost/#",
  "ws://localhost/#test",
  "http://localhost/#test",
];

for (const url of refusedUrls) {
  test(`${JSON.stringify(url)} is a SyntaxError`, () => {
    assert.throws(() => resolveTarget(url, []), { constructor: DOMException, name: "SyntaxError" });
  });
}

test("subprotocols that differ in their case are two", () => {
  assert.deepEqual(resolveTarget("ws://localhost/", ["echo", "Echo", "v1.x"]).protocols, ["echo", "Echo", "v1.x"]);
});

const separators = [...'()<>@,;:\\"/[]?={} \t'].map((separator) => [`ab${separator}c`]);
const refusedProtocols = [
  [""],
  ["a", "a"],
  ["a", "b", "a"],
  ["a", ""],
  ["\x80"],
  ["é"],
  ["a\x7f"],
  ["\0"],
  ...separators,
];

for (const protocols of refusedProtocols) {
  test(`${JSON.stringify(protocols)} as subprotocols is a SyntaxError`, () => {
    assert.throws(() => resolveTarget("ws://localhost/", protocols), {
      constructor: DOMException,
      name: "SyntaxError",
    });
  });
}
