/** Requests that only raw bytes can make: each is answered, and the server lives. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { ask, poll } from "./asking.ts";
import { openHouse, rawExchange } from "./house.ts";

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
    "a WebSocket handshake whose upgrade a proxy took out",
    "GET /anywire HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nConnection: close\r\n\r\n",
    /^HTTP\/1.1 426 /,
  ],
  [
    "an absolute target of another host",
    "GET http://b/anywire HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    /^HTTP\/1.1 400 /,
  ],
  [
    "an absolute target",
    "GET http://a/anywire HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n\r\n",
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
