/** The URI and the options of a session: as engine.io-client reads them, which is asked too. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Socket } from "engine.io-client";
import { addressOf } from "../../src/engine/address.ts";
import type { EngineOptions } from "../../src/engine/engine-options.ts";

const cases: [uri: string | undefined, options: EngineOptions, expected: [string, string | number, boolean, object]][] =
  [
    ["http://localhost", {}, ["localhost", "80", false, {}]],
    ["https://example.com", {}, ["example.com", "443", true, {}]],
    ["ws://example.com:3000/path", {}, ["example.com", "3000", false, {}]],
    ["wss://example.com/path?a=1&b=c%20d+e", {}, ["example.com", "443", true, { a: "1", b: "c d+e" }]],
    ["http://user:secret@example.com:81/?x=y#z", {}, ["example.com", "81", false, { x: "y" }]],
    ["http://[::1]:8080", {}, ["::1", "8080", false, {}]],
    ["https://[2001:db8::1]", {}, ["2001:db8::1", "443", true, {}]],
    ["localhost:3000", {}, ["localhost", "3000", false, {}]],
    ["http://localhost?a", { query: { b: 1 } }, ["localhost", "80", false, { a: "" }]],
    ["http://localhost", { query: { b: 1 } }, ["localhost", "80", false, { b: 1 }]],
    ["http://localhost", { query: "a=b&c=d%26" }, ["localhost", "80", false, { a: "b", c: "d&" }]],
    ["http://localhost:1", { port: 2, secure: true }, ["localhost", "1", false, {}]],
    [undefined, { host: "example.com", port: 81 }, ["example.com", 81, false, {}]],
    [undefined, { host: "example.com:9", secure: true }, ["example.com", "443", true, {}]],
    [undefined, { hostname: "::1", port: "82" }, ["::1", "82", false, {}]],
    [undefined, {}, ["localhost", "80", false, {}]],
  ];

for (const [uri, options, expected] of cases) {
  test(`${uri ?? "no URI"} with ${JSON.stringify(options)}`, () => {
    const { hostname, port, secure, query } = addressOf(uri, options, undefined);
    assert.deepEqual([hostname, port, secure, query], expected);
    const settings: object = { ...options, transports: [], autoConnect: false };
    const theirs = (uri === undefined ? new Socket(settings) : new Socket(uri, settings)) as unknown as object;
    theirs instanceof Socket && theirs.on("error", () => {}); // no transports
    const fields = ["hostname", "port", "secure"].map((name) => Reflect.get(theirs, name));
    assert.deepEqual([...fields, Reflect.get(theirs, "opts").query ?? {}], expected);
  });
}

test("what is not said is as the page's", () => {
  const page = { protocol: "https:", host: "page.example:444", hostname: "page.example", port: "444" };
  const here = addressOf(undefined, {}, page);
  assert.deepEqual([here.hostname, here.port, here.secure], ["page.example", "444", true]);
  const there = addressOf("http://other.example", {}, page);
  assert.deepEqual([there.hostname, there.port, there.secure], ["other.example", "80", false]);
});
