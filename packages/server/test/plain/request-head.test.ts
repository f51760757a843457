import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { checkHead, isTruncated } from "../../src/plain/request-head.ts";

function request(rawHeaders: readonly string[], url = "/anywire"): IncomingMessage {
  const host = rawHeaders[rawHeaders.indexOf("Host") + 1];
  return { rawHeaders, url, headers: { host } } as unknown as IncomingMessage; // what is read of it
}

const accepted: [name: string, request: IncomingMessage][] = [
  ["one Host", request(["Host", "a.test"])],
  ["the absolute form of the same host", request(["Host", "a.test"], "http://a.test/anywire")],
  ["a value that reads like the name", request(["Host", "a.test", "X", "host"])],
];
for (const [name, given] of accepted) {
  test(`lets ${name} pass`, () => checkHead(given));
}

const refused: [name: string, request: IncomingMessage, code: string][] = [
  ["two Hosts", request(["Host", "a.test", "host", "b.test"]), "bad-host"],
  ["the absolute form of another host", request(["Host", "a.test"], "http://b.test/anywire"), "bad-host"],
  ["so many fields that some may be missing", request(Array(4_000).fill("a")), "too-many-headers"],
];
for (const [name, given, code] of refused) {
  test(`refuses ${name}`, () => assert.throws(() => checkHead(given), { code }));
}

test("1,999 fields are all there", () => assert.equal(isTruncated(request(Array(3_998).fill("a"))), false));
