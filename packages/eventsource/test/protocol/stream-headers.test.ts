/** What a response says to be an event stream, to clients and to what stands between. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type GivenHeaders, resolveStreamHeaders } from "../../src/protocol/stream-headers.ts";

const own = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
};

const given: [name: string, headers: GivenHeaders, expected: Record<string, string | string[]>][] = [
  ["none: its encoding is named, and it is not stored, not changed, not held back", {}, own],
  ["further ones", { "X-A": "b", Age: 5 }, { ...own, "X-A": "b", Age: "5" }],
  ["a Headers", new Headers({ a: "b" }), { ...own, a: "b" }],
  ["a Map", new Map([["a", "b"]]), { ...own, a: "b" }],
  ["pairs of one name", [["Set-Cookie", "a"], ["set-cookie", "b"]], { ...own, "Set-Cookie": ["a", "b"] }], // biome-ignore format: one row
  ["a list", { "Set-Cookie": ["a", "b"] }, { ...own, "Set-Cookie": ["a", "b"] }],
  ["nothing under a name", { "X-A": undefined }, own],
  ["a length, which no stream has", { "content-length": 5, "Transfer-Encoding": "gzip" }, own],
];

for (const [name, headers, expected] of given) {
  test(`headers with ${name}`, () => assert.deepEqual(resolveStreamHeaders(headers), expected));
}

test("one of the program's replaces that of the stream, whatever its case", () => {
  const { "Cache-Control": replaced, ...others } = own;
  const headers = resolveStreamHeaders({ "cache-control": "no-store" });
  assert.deepEqual(headers, { ...others, "cache-control": "no-store" });
  assert.notEqual(replaced, "no-store");
});

test("what is no header is refused", () => {
  const refused: GivenHeaders[] = [{ "X A": "b" }, { "X-A": "b\r\nX-Forged: c" }, [["X-A", "b\0"]]];
  const nothings: unknown[] = [
    { "X-A": null },
    { "X-A": {} },
    { "X-A": [{}] },
    { "X-A": Symbol("a") },
    [1],
    new Map([[1, "a"]]),
  ];
  refused.push(...(nothings as GivenHeaders[])); // as a program without types may give
  for (const headers of refused) assert.throws(() => resolveStreamHeaders(headers), { code: "bad-header" });
});
