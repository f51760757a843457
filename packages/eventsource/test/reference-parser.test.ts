/** The reader that the other tests rely on, on the standard's own examples and its corner cases. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseStream } from "./reference-parser.ts";
import { type StreamExample, streamExamples } from "./stream-examples.ts";

const lineEnds: readonly StreamExample[] = [
  ["CR alone", "event: a\rdata: b\r\r", [["a", "b", ""]]],
  ["CRLF", "event: a\r\ndata: b\r\n\r\n", [["a", "b", ""]]],
];

for (const [name, stream, expected] of [...streamExamples, ...lineEnds]) {
  test(`reads ${name}, at any split`, () => {
    const events = expected.map(([type, data, lastEventId]) => ({ type, data, lastEventId }));
    for (let at = 0; at <= stream.length; at++) {
      assert.deepEqual(parseStream(stream.slice(0, at), stream.slice(at)).events, events);
    }
  });
}

test("takes a reconnection time of digits only", () => {
  assert.equal(parseStream("retry: 5\n\nretry: 1e3\nretry: -1\nretry:\n").reconnectionTime, 5);
});
