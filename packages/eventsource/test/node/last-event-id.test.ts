/** Where a client says that it was. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { lastEventIdOf, type NodeRequest } from "../../src/node/last-event-id.ts";

const latin1 = (text: string): string => Buffer.from(text).toString("latin1");

const requests: [name: string, request: Partial<NodeRequest>, id: string][] = [
  ["nothing", { url: "/" }, ""],
  ["no URL", {}, ""],
  ["the header", { headers: { "last-event-id": "m3-18" } }, "m3-18"],
  ["the query", { url: "/stream?a=b&lastEventId=m3-18" }, "m3-18"],
  ["the query, escaped", { url: "/stream?lastEventId=a%26b+c" }, "a&b c"],
  ["both: the header is newer", { url: "/?lastEventId=1", headers: { "last-event-id": "2" } }, "2"],
  ["an empty header and a query", { url: "/?lastEventId=1", headers: { "last-event-id": "" } }, "1"],
  ["a header in UTF-8, as Node gives it", { headers: { "last-event-id": latin1("é🙂") } }, "é🙂"],
  ["a header that was decoded already", { headers: { "last-event-id": "\u0142" } }, "\u0142"],
  ["a header in Latin-1", { headers: { "last-event-id": "é" } }, "é"],
  ["an id with LF, which no stream can have given", { url: "/?lastEventId=a%0Adata:b" }, ""],
  ["an id with NUL", { url: "/?lastEventId=a%00" }, ""],
  ["the query twice: the first", { url: "/?lastEventId=1&lastEventId=2" }, "1"],
  ["another key of a prototype", { url: "/?__proto__=1&constructor=2" }, ""],
  ["a URL that is none", { url: "//?lastEventId=1" }, "1"],
  ["bad escapes", { url: "/?lastEventId=%E0%A4%A" }, "\ufffd%A"],
];

for (const [name, request, id] of requests) {
  test(`${name}: ${JSON.stringify(id)}`, () => assert.equal(lastEventIdOf({ headers: {}, ...request }), id));
}
