/** URLs of WebSockets, and what is none. */

import assert from "node:assert/strict";
import { test } from "node:test";
import Peer from "ws";
import { type Address, parseUrl, readAddress } from "../../src/node/address.ts";

const read = (address: string): Address => readAddress(parseUrl(address));

const addresses: [url: string, href: string, fields: Partial<Address>][] = [
  ["ws://host", "ws://host/", { secure: false, host: "host", port: 80, path: "/", authority: "host" }],
  ["wss://host", "wss://host/", { secure: true, host: "host", port: 443, path: "/", authority: "host" }],
  ["WS://HOST:80/", "ws://host/", { host: "host", port: 80, authority: "host" }],
  ["http://host:8080/a?b=c", "ws://host:8080/a?b=c", { secure: false, port: "8080", path: "/a?b=c" }],
  ["https://host/", "wss://host/", { secure: true, port: 443 }],
  ["https://host:80/", "wss://host:80/", { secure: true, port: "80", authority: "host:80" }],
  ["ws://[::1]:7/", "ws://[::1]:7/", { host: "::1", port: "7", authority: "[::1]:7" }],
  ["ws://host/?", "ws://host/?", { path: "/" }],
  ["ws://host/#", "ws://host/#", { path: "/" }],
  ["ws://host/ä b\r\nX: y", "ws://host/%C3%A4%20bX:%20y", { path: "/%C3%A4%20bX:%20y" }],
  ["ws://user@host/", "ws://user@host/", { credentials: "user:" }],
  ["ws://:pass@host/", "ws://:pass@host/", { credentials: ":pass" }],
  ["ws://a%40b:c%3Ad%zz@host/", "ws://a%40b:c%3Ad%zz@host/", { credentials: "a@b:c:d%zz" }],
  ["ws+unix:/run/x.sock", "ws+unix:/run/x.sock", { socketPath: "/run/x.sock", path: "", authority: "/run/x.sock" }],
  ["ws+unix:/run/x.sock:/p?q=1:2", "ws+unix:/run/x.sock:/p?q=1:2", { socketPath: "/run/x.sock", path: "/p?q=1:2" }],
  ["ws+unix:x.sock:/p", "ws+unix:x.sock:/p", { socketPath: "x.sock", path: "/p", host: "", secure: false }],
];

for (const [url, href, fields] of addresses) {
  test(`reads ${JSON.stringify(url)}`, () => {
    assert.equal(parseUrl(url).href, href);
    const address = read(url);
    assert.deepEqual({ ...address, ...fields }, address);
  });
}

const protocolText = `The URL's protocol must be one of "ws:", "wss:", "http:", "https:", or "ws+unix:"`;

const refused: [url: string, text: string][] = [
  ["", "Invalid URL: "],
  ["foo", "Invalid URL: foo"],
  ["ws://", "Invalid URL: ws://"],
  ["ws://host:65536/", "Invalid URL: ws://host:65536/"],
  ["ftp://host/", protocolText],
  ["ws+http://host/", protocolText],
  ["bad-scheme:x", protocolText],
  ["ws+unix:", "The URL's pathname is empty"],
  ["ws+unix:#x", "The URL's pathname is empty"],
  ["ws://host/#x", "The URL contains a fragment identifier"],
  ["https://host/#x", "The URL contains a fragment identifier"],
];

for (const [url, message] of refused) {
  test(`refuses ${JSON.stringify(url)}, as ws does`, () => {
    assert.throws(() => read(url), { name: "SyntaxError", message });
    assert.throws(() => new Peer(url), { name: "SyntaxError", message });
  });
}

test("a URL object of the program stays as it is", () => {
  const url = new URL("http://host/path");
  assert.equal(parseUrl(url).href, "ws://host/path");
  assert.equal(url.href, "http://host/path");
});

const relative: [location: string, base: string, href: string][] = [
  ["/b", "ws://host/a/c", "ws://host/b"],
  ["b?c", "wss://host/a/c", "wss://host/a/b?c"],
  ["//other/b", "ws://host/", "ws://other/b"],
  ["https://other/", "ws://host/", "wss://other/"],
  ["ws+unix:/x:/y", "ws://host/", "ws+unix:/x:/y"],
];

for (const [location, base, href] of relative) {
  test(`from ${base}, ${location} leads to ${href}`, () => assert.equal(parseUrl(location, base).href, href));
}

test("a relative URL that is none is named as it was given", () => {
  assert.throws(() => parseUrl("ws://", "ws://host/"), { name: "SyntaxError", message: "Invalid URL: ws://" });
});
