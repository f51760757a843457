import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { protocolOf, readEngineRequest, saysOurs } from "../../src/engine/handshake-request.ts";

function requestFor(url: string): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.url = url;
  return request;
}

const queries: readonly [url: string, query: Record<string, string>][] = [
  ["/engine.io/", {}],
  ["/engine.io/?", {}],
  ["/?EIO=4&transport=polling", { EIO: "4", transport: "polling" }],
  ["/?a=1&a=2", { a: "2" }],
  ["/?a=%C3%BC+%20&b", { a: "ü  ", b: "" }],
  ["/?a=%zz&%=%", { a: "%zz", "%": "%" }],
  ["/?a=?b", { a: "?b" }],
  ["//?a=1", { a: "1" }],
  ["http://[/?a=1", { a: "1" }],
];

for (const [url, query] of queries) {
  test(`reads ${url}`, () => {
    const { _query: read } = readEngineRequest(requestFor(url));
    assert.equal(Object.getPrototypeOf(read), null);
    assert.deepEqual({ ...read }, query);
  });
}

test("reads it once", () => {
  const request = requestFor("/?a=1");
  const { _query: query } = readEngineRequest(request);
  assert.equal(readEngineRequest(request)._query, query);
});

test("tells the protocol, and a client of ours", () => {
  const { _query: query } = readEngineRequest(requestFor("/?EIO=4&anywire=1"));
  assert.deepEqual([protocolOf(query), saysOurs(query)], [4, true]);
  const { _query: other } = readEngineRequest(requestFor("/?EIO=5"));
  assert.deepEqual([protocolOf(other), saysOurs(other)], [3, false]);
});
