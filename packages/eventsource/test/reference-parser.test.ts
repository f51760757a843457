/** The reader that the other tests rely on, on the standard's own examples and its corner cases. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseStream } from "./reference-parser.ts";

const streams: [name: string, stream: string, events: [type: string, data: string, lastEventId: string][]][] = [
  ["one event of three lines", "data: YHOO\ndata: +2\ndata: 10\n\n", [["message", "YHOO\n+2\n10", ""]]],
  [
    "the four blocks of §9.2.6, of which the last is not complete",
    ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event",
    [
      ["message", "first event", "1"],
      ["message", "second event", ""],
    ],
  ],
  [
    "two events of empty data, and one that never ends",
    "data\n\ndata\ndata\n\ndata:",
    [
      ["message", "", ""],
      ["message", "\n", ""],
    ],
  ],
  [
    "with and without a space",
    "data:test\n\ndata: test\n\n",
    [
      ["message", "test", ""],
      ["message", "test", ""],
    ],
  ],
  ["CR alone", "event: a\rdata: b\r\r", [["a", "b", ""]]],
  ["CRLF", "event: a\r\ndata: b\r\n\r\n", [["a", "b", ""]]],
  ["an event without data", "event: a\n\ndata: b\n\n", [["message", "b", ""]]],
  ["an id with NUL", "id: 1\nid: 2\0\ndata: a\n\n", [["message", "a", "1"]]],
];

for (const [name, stream, expected] of streams) {
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
