/** The reader of events: what it takes, at every split and with every end of line. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EventReader } from "../../src/engine/event-reader.ts";

type Event = [data: string, name: string | undefined];

const cases: [name: string, stream: string, events: Event[]][] = [
  ["nothing", "", []],
  ["one event", "data: 4a\n\n", [["4a", undefined]]],
  [
    "two",
    "data: 4a\n\ndata: 4b\n\n",
    [
      ["4a", undefined],
      ["4b", undefined],
    ],
  ],
  [
    "a name",
    'event: json\ndata: "4\\n"\n\ndata: 4b\n\n',
    [
      ['"4\\n"', "json"],
      ["4b", undefined],
    ],
  ],
  ["no space", "data:4a\n\n", [["4a", undefined]]],
  ["spaces of the data's own", "data:  a \n\n", [[" a ", undefined]]],
  ["a colon and a field in the data", "data: data: x\n\n", [["data: x", undefined]]],
  ["no data: a name alone is forgotten", "event: json\n\ndata: a\n\n", [["a", undefined]]],
  ["empty data", "data:\n\n", [["", undefined]]],
  ["comments and other fields", ": hi\nid: 1\nretry: 5\ndata: a\n:\n\n:\n\n", [["a", undefined]]],
  ["separators that end no line", "data: a\u2028b\u2029\x1e\x85\v\n\n", [["a\u2028b\u2029\x1e\x85\v", undefined]]],
  ["an event without an end", "data: a\n\ndata: b\n", [["a", undefined]]],
];

const lineEnds = { LF: "\n", CR: "\r", CRLF: "\r\n" };

function read(pieces: readonly string[], maxLine = 100): Event[] {
  const events: Event[] = [];
  const reader = new EventReader(maxLine, (...event) => events.push(event));
  for (const piece of pieces) reader.receive(piece);
  return events;
}

for (const [name, stream, events] of cases) {
  for (const [kind, end] of Object.entries(lineEnds)) {
    test(`${name}, lines end with ${kind}`, () => {
      const text = stream.replaceAll("\n", end);
      for (let at = 0; at <= text.length; at++) {
        assert.deepEqual(read([text.slice(0, at), "", text.slice(at)]), events, `split at ${at}`);
      }
      assert.deepEqual(read([...text]), events, "character by character");
    });
  }
}

test("lines may end in several ways", () => {
  assert.deepEqual(read(["event: json\r", "\ndata: a\r", "\r\ndata: b\n", "\r", "data: c\r\n\n"]), [
    ["a", "json"],
    ["b", undefined],
    ["c", undefined],
  ]);
});

test("an event is there as soon as its line ends", () => {
  for (const end of Object.values(lineEnds)) assert.deepEqual(read([`data: a${end}`, end]), [["a", undefined]]);
});

test("a line that is too long is refused, whole or in parts", () => {
  assert.deepEqual(read(["data: 1234\n\n"], 10), [["1234", undefined]]);
  for (const pieces of [["data: 12345\n"], [..."data: 12345"], ["data: 1\n", "x".repeat(11)]]) {
    assert.throws(() => read(pieces, 10), RangeError);
  }
});
