/** Which wire a GET asks for. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpWire, negotiateWire } from "../../src/plain/accept.ts";

const cases: [says: string, accept: string | undefined, wire: HttpWire | undefined][] = [
  ["no header: curl shows events", undefined, "eventsource"],
  ["an empty header counts as none", " ", "eventsource"],
  ["anything: curl's own", "*/*", "eventsource"],
  ["an EventSource", "text/event-stream", "eventsource"],
  ["in any case", "Text/Event-Stream", "eventsource"],
  ["any text", "text/*", "eventsource"],
  ["JSON alone", "application/json", "poll"],
  ["JSON with a parameter", "application/json; charset=utf-8", "poll"],
  ["any application type", "application/*", "poll"],
  ["JSON named beside a wildcard, as axios does", "application/json, text/plain, */*", "poll"],
  ["JSON named after the wildcard", "*/*, application/json", "poll"],
  ["JSON named, though the wildcard weighs more", "application/json;q=0.5, */*;q=0.8", "poll"],
  ["a stream named beside a wildcard", "text/event-stream, */*", "eventsource"],
  ["both: the first", "application/json, text/event-stream", "poll"],
  ["both: the first, the other way round", "text/event-stream, application/json", "eventsource"],
  ["both: the heavier", "application/json;q=0.5, text/event-stream;q=0.6", "eventsource"],
  ["both: the heavier, wherever it stands", "text/event-stream;q=0.6, application/json", "poll"],
  ["a browser that opens the page", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "eventsource"],
  ["no stream, anything else", "text/event-stream;q=0, */*", "poll"],
  ["no text, anything else", "text/*;q=0, */*", "poll"],
  ["no JSON, anything else", "application/json;q=0, */*", "eventsource"],
  ["HTML only", "text/html", undefined],
  ["nothing at all", "*/*;q=0", undefined],
  ["JSON refused", "application/json;q=0", undefined],
  ["an image", "image/*", undefined],
  ["a junk weight is no weight", "application/json;q=high", undefined],
  ["names of Object.prototype", "constructor, __proto__, toString", undefined],
  ["only commas", ",,,", undefined],
];

for (const [says, accept, wire] of cases) {
  test(`${says} → ${wire ?? "not acceptable"}`, () => assert.equal(negotiateWire(accept), wire));
}

test("a header of 16 KiB is judged in no time", () => {
  for (const part of [",", "*/*,", "a;q=1;", " ", ";"]) {
    const started = performance.now();
    negotiateWire(part.repeat(16_384 / part.length));
    assert.ok(performance.now() - started < 500, part);
  }
});
