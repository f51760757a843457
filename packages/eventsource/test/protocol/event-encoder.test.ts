/** The encoder against a reader written from the standard: what goes in comes out, and nothing else does. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  type EventFields,
  encodeComment,
  encodeEvent,
  encodeRetry,
  formatData,
  isFieldValue,
  isRetry,
} from "../../src/protocol/event-encoder.ts";
import { anyEvent, anyText } from "../any-event.ts";
import { type ParsedEvent, parseStream } from "../reference-parser.ts";

const encoded: [name: string, fields: EventFields, text: string, read: Partial<ParsedEvent>][] = [
  ["data alone", { data: "hi" }, "data: hi\n\n", { type: "message", data: "hi", lastEventId: "" }],
  ["a name", { event: "price", data: "1" }, "event: price\ndata: 1\n\n", { type: "price", data: "1" }],
  [
    "all fields",
    { event: "price", data: "1", id: "m3-18", retry: 0 },
    "event: price\nid: m3-18\nretry: 0\ndata: 1\n\n",
    { type: "price", data: "1", lastEventId: "m3-18" },
  ],
  ["empty data, which is an event all the same", { data: "" }, "data: \n\n", { data: "" }],
  ["an empty id, which resets", { data: "a", id: "" }, "id: \ndata: a\n\n", { lastEventId: "" }],
  ["an empty name, which is message", { data: "a", event: "" }, "event: \ndata: a\n\n", { type: "message" }],
  ["LF", { data: "a\nb" }, "data: a\ndata: b\n\n", { data: "a\nb" }],
  ["CR", { data: "a\rb" }, "data: a\ndata: b\n\n", { data: "a\nb" }],
  ["CRLF", { data: "a\r\nb" }, "data: a\ndata: b\n\n", { data: "a\nb" }],
  ["LFCR, which is two", { data: "a\n\rb" }, "data: a\ndata: \ndata: b\n\n", { data: "a\n\nb" }],
  ["a line end at the end", { data: "a\n" }, "data: a\ndata: \n\n", { data: "a\n" }],
  ["line ends alone", { data: "\r\n\r" }, "data: \ndata: \ndata: \n\n", { data: "\n\n" }],
  ["a space first", { data: " a" }, "data:  a\n\n", { data: " a" }],
  [
    "spaces first in a name and an id",
    { event: " e", data: "", id: " i" },
    "event:  e\nid:  i\ndata: \n\n",
    { type: " e", lastEventId: " i" },
  ],
  [
    "what looks like a field",
    { data: "data: a\n\nevent: b" },
    "data: data: a\ndata: \ndata: event: b\n\n",
    { data: "data: a\n\nevent: b" },
  ],
  [
    "colons",
    { event: "a:b", data: ":c", id: ":" },
    "event: a:b\nid: :\ndata: :c\n\n",
    { type: "a:b", data: ":c", lastEventId: ":" },
  ],
  ["NUL in data", { data: "a\0b" }, "data: a\0b\n\n", { data: "a\0b" }],
  [
    "line ends of Unicode, which end no line here",
    { data: "a\u2028b\u0085c\vd" },
    "data: a\u2028b\u0085c\vd\n\n",
    { data: "a\u2028b\u0085c\vd" },
  ],
];

describe("encodes", () => {
  for (const [name, fields, text, read] of encoded) {
    test(`${name}, read at any split`, () => {
      assert.equal(encodeEvent(fields), text);
      for (let at = 0; at <= text.length; at++) {
        const { events, comments } = parseStream(text.slice(0, at), text.slice(at));
        assert.equal(events.length, 1);
        assert.deepEqual({ ...events[0], ...read }, events[0]);
        assert.deepEqual(comments, []);
      }
    });
  }
});

/** What JavaScript may hand over, whatever the types say. */
const refused: [name: string, fields: object, code: string][] = [
  ...["\r", "\n", "\r\n", "\0", "a\n", "\na", "a\ndata: b\n\n"].flatMap((text): [string, object, string][] => [
    [`an event of ${JSON.stringify(text)}`, { event: text, data: "" }, "bad-event"],
    [`an id of ${JSON.stringify(text)}`, { id: text, data: "" }, "bad-id"],
  ]),
  ["an event that is a list with a line end", { event: ["a\nb"], data: "" }, "bad-event"],
  ["an id that is a list with a line end", { id: ["a\nb"], data: "" }, "bad-id"],
  [
    "an event that turns into a line end",
    { event: { toString: () => "a\nb", includes: () => false }, data: "" },
    "bad-event",
  ],
  ["an event that is a number", { event: 1, data: "" }, "bad-event"],
  ["an id that is a number", { id: 1, data: "" }, "bad-id"],
  ["an id of null", { id: null, data: "" }, "bad-id"],
  ["data that is missing", {}, "bad-data"],
  ["data that is an object", { data: { includes: () => false } }, "bad-data"],
  ["data that is a list", { data: ["a\n\nb"] }, "bad-data"],
  ...[-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e21, "5", "0\ndata: a\n\n", null].map(
    (retry): [string, object, string] => [
      `a retry of ${JSON.stringify(retry)} (${retry})`,
      { data: "", retry },
      "bad-retry",
    ],
  ),
];

describe("refuses", () => {
  for (const [name, fields, code] of refused) {
    test(name, () => {
      assert.throws(() => Reflect.apply(encodeEvent, undefined, [fields]), { name: "EventStreamError", code });
    });
  }
});

const comments: [text: string, encoded: string, read: string[]][] = [
  ["", ": \n\n", [" "]],
  ["alive", ": alive\n\n", [" alive"]],
  ["a\ndata: b", ": a\n: data: b\n\n", [" a", " data: b"]],
  ["a\rdata: b\r\nevent: c\n", ": a\n: data: b\n: event: c\n: \n\n", [" a", " data: b", " event: c", " "]],
];

for (const [text, stream, read] of comments) {
  test(`the comment ${JSON.stringify(text)} stays a comment`, () => {
    assert.equal(encodeComment(text), stream);
    const parser = parseStream(stream);
    assert.deepEqual(parser.comments, read);
    assert.deepEqual(parser.events, []);
  });
}

test("a comment that is no string is refused", () => {
  assert.throws(() => Reflect.apply(encodeComment, undefined, [["a\nb"]]), { code: "bad-comment" });
});

test("a retry alone is no event", () => {
  assert.equal(encodeRetry(3_000), "retry: 3000\n\n");
  const parser = parseStream(encodeRetry(3_000));
  assert.equal(parser.reconnectionTime, 3_000);
  assert.deepEqual(parser.events, []);
  assert.throws(() => encodeRetry(-1), { code: "bad-retry" });
});

test("tells field values and retry times from others", () => {
  for (const value of ["", "a", "é 🙂", "\u2028"]) assert.ok(isFieldValue(value));
  for (const value of ["\r", "\n", "\0", undefined, null, 1, ["a"]]) assert.ok(!isFieldValue(value));
  for (const value of [0, 1, Number.MAX_SAFE_INTEGER]) assert.ok(isRetry(value));
  for (const value of [-1, 0.5, "1", 1n, undefined, Number.NaN]) assert.ok(!isRetry(value));
});

test("whatever the events, at any chunking, they are read as they were, with LF for every line end", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 4 }), fc.array(fc.nat({ max: 7 })), (events, sizes) => {
      const parser = parseStream(...piecesOf(events.map(encodeEvent).join(""), sizes));
      let lastEventId = "";
      const expected = events.map(({ event, data, id }) => {
        lastEventId = id ?? lastEventId;
        return { type: event || "message", data: data.replace(/\r\n?/g, "\n"), lastEventId };
      });
      assert.deepEqual(parser.events, expected);
      assert.equal(parser.reconnectionTime, events.findLast(({ retry }) => retry !== undefined)?.retry);
      assert.deepEqual(parser.comments, []);
    }),
    { numRuns: 500 },
  );
});

function piecesOf(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return [...pieces, text.slice(at)];
}

test("whatever is tried, an event is either refused or read as exactly one", () => {
  const anything = fc.oneof(anyText, fc.anything());
  const fields = fc.record({ event: anything, data: anything, id: anything, retry: anything }, { requiredKeys: [] });
  fc.assert(
    fc.property(fields, (given) => {
      let text: string;
      try {
        text = Reflect.apply(encodeEvent, undefined, [given]);
      } catch (error) {
        assert.ok(error instanceof Error && error.name === "EventStreamError");
        return;
      }
      assert.equal(parseStream(text).events.length, 1);
    }),
    { numRuns: 1_000, seed: 20_261_121 },
  );
});

test("data is a string as it is, and JSON of anything else", () => {
  const formatted: [data: unknown, text: string][] = [
    ['"a"', '"a"'],
    ["", ""],
    [["a\nb"], '["a\\nb"]'],
    [null, "null"],
    [undefined, "null"],
    [() => {}, "null"],
  ];
  for (const [data, text] of formatted) assert.equal(formatData(data), text);
});
