/** The essence of a Content-Type. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { extractEssence } from "../../src/protocol/media-type.ts";

const essences: readonly [contentType: string, essence: string | undefined][] = [
  ["text/event-stream", "text/event-stream"],
  ["TEXT/Event-Stream", "text/event-stream"],
  [" \t\r\ntext/event-stream\r\n\t ", "text/event-stream"],
  ["text/event-stream;", "text/event-stream"],
  ["text/event-stream ;charset=utf-8", "text/event-stream"],
  ["text/event-stream;charset=windows-1252", "text/event-stream"],
  ["text/event-stream;;=;a=", "text/event-stream"],
  ['text/event-stream;a="b"c', "text/event-stream"],
  ["text/event-stream; no parameter, at all/", "text/event-stream"],
  ["text/x-bogus", "text/x-bogus"],
  ["text/event-stream+", "text/event-stream+"],
  ["application/vnd.api+json", "application/vnd.api+json"],
  ["a!#$%&'*+-.^_`|~/0", "a!#$%&'*+-.^_`|~/0"],
  ["", undefined],
  ["text", undefined],
  ["text/", undefined],
  ["/event-stream", undefined],
  ["text /event-stream", undefined],
  ["text/ event-stream", undefined],
  ["text/event stream", undefined],
  ["text/event-stream/", undefined],
  ["text;/event-stream", undefined],
  ["text/event-stream\u00a0", undefined],
  ["text/event-stream\f", undefined],
  ["\u2003text/event-stream", undefined],
  ["text/event-\u017ftream", undefined],
  ["bogus", undefined],
];

/** Headers that came several times, joined with commas (Fetch §3.5). */
const lists: readonly [contentType: string, essence: string | undefined][] = [
  ["text/html, text/event-stream", "text/event-stream"],
  ["text/event-stream, text/html", "text/html"],
  ["text/event-stream,text/event-stream;charset=gbk", "text/event-stream"],
  ["text/event-stream, */*", "text/event-stream"],
  ["*/*, text/event-stream", "text/event-stream"],
  ["*/*", undefined],
  ["text/event-stream,", "text/event-stream"],
  [",text/event-stream", "text/event-stream"],
  ["text/event-stream, bogus", "text/event-stream"],
  ['text/event-stream;a="b, text/html"', "text/event-stream"],
  ['text/event-stream;a="\\", text/html,"', "text/event-stream"],
  ['text/event-stream;a="b, text/html', "text/event-stream"],
  ['text/event-stream;a="b\\', "text/event-stream"],
  ['text/event-stream;a="b"c, text/html', "text/html"],
];

for (const [contentType, essence] of [...essences, ...lists]) {
  test(`${JSON.stringify(contentType)} is ${essence}`, () => {
    assert.equal(extractEssence(contentType), essence);
  });
}

test("whatever a server sends, the answer is undefined or type/subtype in lower case", () => {
  const text = fc.string({ unit: fc.constantFrom(...'aZ/;,="\\ \t*\u00e9') });
  fc.assert(
    fc.property(text, (contentType) => {
      const essence = extractEssence(contentType);
      assert.match(essence ?? "a/b", /^[a-z*]+\/[a-z*]+$/);
    }),
  );
});

test("long nonsense takes linear time", () => {
  for (const piece of [" ", "a", "a/", '"', "\\", ",", ";", '"\\']) {
    const started = process.cpuUsage().user;
    extractEssence(`${piece.repeat(100_000)}x`);
    assert.ok(process.cpuUsage().user - started < 1_000_000, piece);
  }
});
