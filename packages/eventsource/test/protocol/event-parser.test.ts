/** The parser against a reader written from the standard, whatever the stream, its line ends and its cuts; and its bounds. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { encodeComment, encodeEvent } from "../../src/protocol/event-encoder.ts";
import { EventParser, type EventStreamHandler } from "../../src/protocol/event-parser.ts";
import { anyEvent, fragment } from "../any-event.ts";
import { parseStream } from "../reference-parser.ts";
import { type StreamExample, streamExamples } from "../stream-examples.ts";
import { inAllLineEnds, piecesOf, recordStream, StreamRecorder, waysToCut } from "../stream-recorder.ts";

/** Which the reference does not know of. */
const marked: readonly StreamExample[] = [
  [
    "a BOM",
    "\ufeffdata: a\n\ndata: b\n\n",
    [
      ["message", "a", ""],
      ["message", "b", ""],
    ],
  ],
  ["a BOM twice", "\ufeff\ufeffdata: a\n\ndata: b\n\n", [["message", "b", ""]]],
];

for (const [name, stream, expected] of [...streamExamples, ...marked]) {
  test(`reads ${name}, in any line ends and at any split`, () => {
    const events = expected.map(([type, data, lastEventId]) => ({ type, data, lastEventId }));
    for (const text of inAllLineEnds(stream)) {
      for (const pieces of waysToCut(text)) assert.deepEqual(recordStream(...pieces).events, events);
    }
  });
}

const sizes = fc.array(fc.nat({ max: 9 }), { maxLength: 60 });
test("whatever the text, it is read as the standard has it", () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 40 }), sizes, (fragments, cuts) => {
      const stream = `:${fragments.join("")}`; // the reference does not know of the BOM
      const expected = parseStream(stream);
      const read = recordStream(...piecesOf(stream, cuts));
      assert.deepEqual(read.events, expected.events);
      assert.deepEqual(
        read.comments,
        expected.comments.map((text) => text.replace(/^ /, "")),
      );
      assert.equal(read.reconnectionTime, expected.reconnectionTime);
      assert.equal(read.lastEventId, expected.lastEventId);
    }),
    { numRuns: 2_000 },
  );
});

test("what was encoded is read as it was, in any line ends and at any split, with LF for every line end", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 4 }), sizes, fc.boolean(), (events, cuts, bom) => {
      const stream = events.map((event) => encodeComment("between") + encodeEvent(event)).join("");
      let lastEventId = "";
      const expected = events.map(({ event, data, id }) => {
        lastEventId = id ?? lastEventId;
        return { type: event || "message", data: data.replace(/\r\n?/g, "\n"), lastEventId };
      });
      for (const text of inAllLineEnds(stream)) {
        const read = recordStream(...piecesOf(bom ? `\ufeff${text}` : text, cuts));
        assert.deepEqual(read.events, expected);
        assert.equal(read.reconnectionTime, events.findLast(({ retry }) => retry !== undefined)?.retry);
        assert.deepEqual([read.unknown, read.invalidRetries], [[], []]);
      }
    }),
    { numRuns: 500 },
  );
});

test("whatever comes, however little is kept, it fails with the documented error alone, and works again after a reset", () => {
  const kept = fc.nat({ max: 12 });
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 40 }), sizes, kept, (fragments, cuts, maxBufferSize) => {
      const recorder = new StreamRecorder();
      const parser = new EventParser(recorder, maxBufferSize);
      for (const piece of piecesOf(fragments.join(""), cuts)) receiveOrReset(parser, piece);
      parser.reset();
      recorder.events.length = 0;
      recorder.lastEventId = "";
      parser.receive("data: a\n\n");
      assert.deepEqual(recorder.events, [{ type: "message", data: "a", lastEventId: "" }]);
    }),
    { numRuns: 1_000, seed: 20_261_121 },
  );
});

function receiveOrReset(parser: EventParser, text: string): void {
  try {
    parser.receive(text);
  } catch (error) {
    assert.ok(error instanceof Error && error.name === "BufferLimitError");
    assert.equal(parser.overflowed, true);
    parser.reset();
  }
}

describe("keeps no more than it may", () => {
  const limit = 1_000;
  const endless: [name: string, beginning: string, more: string][] = [
    ["a line that begins nothing", "", "x"],
    ["a line of data", "data: ", "x"],
    ["lines of data", "", "data: x\n"],
    ["lines of data that are empty", "", "data\n"],
    ["lines of data, a comment behind each", "", "data:x\n: a comment\n"],
    ["an id", "id: ", "1"],
    ["a name", "event: ", "n"],
    ["a comment", ":", "c"],
    ["a retry", "retry: ", "0"],
  ];
  for (const [name, beginning, more] of endless) {
    test(`of ${name} without an end`, () => {
      for (const text of inAllLineEnds(beginning + more.repeat(3 * limit))) {
        for (const size of [1, 7, 400]) {
          const received = receivedUntilLimit(text, size, limit);
          assert.ok(received >= limit && received <= (more.length + 2) * (limit + size), `${received} characters`);
        }
      }
    });
  }

  function receivedUntilLimit(text: string, size: number, maxBufferSize: number): number {
    const parser = new EventParser(new StreamRecorder(), maxBufferSize);
    for (let at = 0; at < text.length; at += size) {
      try {
        parser.receive(text.slice(at, at + size));
      } catch (error) {
        assertLimit(error, maxBufferSize);
        assert.throws(() => parser.receive("\n"), { code: "max-buffer-size-exceeded" });
        assert.throws(() => parser.receive(""), { code: "max-buffer-size-exceeded" });
        return at + size;
      }
    }
    return assert.fail("the limit was not kept");
  }

  function assertLimit(error: unknown, maxBufferSize: number): void {
    assert.ok(error instanceof RangeError);
    assert.equal(error.name, "BufferLimitError");
    assert.equal(error.message, `Buffered data exceeded max buffer size of ${maxBufferSize} characters`);
  }

  const exact: [name: string, limit: number, texts: string[]][] = [
    ["a line", 10, ["data: ", "1234"]],
    ["data", 4, ["data: 1234\n"]],
    ["lines of data, with the LF between them", 5, ["data:ab\ndata:cd\n"]],
    ["a name, an id and data", 6, ["event: ab\nid: cd\ndata: ef\n"]],
    ["events that have ended, however long", 0, [`data: ${"x".repeat(10_000)}\n\n`, `id: ${"x".repeat(10_000)}\n\n`]],
    ["comments that have ended, however long", 0, [`:${"x".repeat(10_000)}\n`]],
  ];
  for (const [name, maxBufferSize, texts] of exact) {
    test(`to the character: ${name}`, () => {
      const fits = new EventParser(new StreamRecorder(), maxBufferSize);
      for (const text of texts) fits.receive(text);
      const over = new EventParser(new StreamRecorder(), maxBufferSize - 1);
      if (maxBufferSize > 0) assert.throws(() => texts.forEach((text) => void over.receive(text)), /exceeded/);
    });
  }
});

test("a million pieces of a line, and a million lines of an event, are put together once", () => {
  const count = 1_000_000; // each joined to the ones before, this would be days
  const recorder = new StreamRecorder();
  const parser = new EventParser(recorder, 3 * count);
  parser.receive("data: ");
  for (let i = 0; i < count; i++) parser.receive("x");
  parser.receive("\n\n");
  for (let i = 0; i < count; i++) parser.receive("data: x\n");
  parser.receive("\n");
  assert.deepEqual(
    recorder.events.map(({ data }) => data.length),
    [count, 2 * count - 1],
  );
});

describe("a handler", () => {
  test("may throw: the rest is read, then the first error is thrown", () => {
    const events: string[] = [];
    const parser = new EventParser(throwingHandler(events), 100);
    assert.throws(() => parser.receive(":c\ndata: a\n\nid: 1\ndata: b\n\nretry: 1\ndata: c"), new Error("comment"));
    assert.throws(() => parser.receive("d\n\n"), new Error("cd"));
    parser.receive("data: no end");
    assert.deepEqual(events, ["a", "b", "cd"]);
  });

  function throwingHandler(events: string[]): EventStreamHandler {
    const fail = (text: string): never => {
      throw new Error(text);
    };
    return {
      event: (_name, data) => {
        events.push(data);
        fail(data);
      },
      id: fail,
      retry: () => fail("retry"),
      comment: () => fail("comment"),
    };
  }

  test("may throw while too much is left: its own error comes first, then the limit", () => {
    const parser = new EventParser(throwingHandler([]), 5);
    assert.throws(() => parser.receive("data: a\n\ndata: too long"), new Error("a"));
    assert.throws(() => parser.receive("\n"), { name: "BufferLimitError" });
  });

  for (const stream of [
    "data: a\n\ndata: b\n\n",
    "data: a\r\rdata: b\r\r",
    "id: 1\n\ndata: b\n\n",
    ":\n\ndata: b\n\n",
  ]) {
    test(`may reset, which ends the reading of ${JSON.stringify(stream)}`, () => {
      const told: string[] = [];
      const tell = (what: string): void => {
        told.push(what);
        parser.reset();
      };
      const parser = new EventParser({ event: (_name, data) => tell(data), id: tell, comment: tell }, 100);
      parser.receive(stream);
      assert.equal(told.length, 1);
      parser.receive("\ufeffdata: new\n\n");
      assert.equal(told.at(-1), "new");
    });
  }

  test("of events alone is enough", () => {
    const events: string[] = [];
    const parser = new EventParser({ event: (_name, data) => void events.push(data) }, 100);
    parser.receive(":c\nid: 1\nretry: 1\nretry: x\nunknown: a\ndata: a\n\n");
    assert.deepEqual(events, ["a"]);
  });
});

test("knows whether it is within a line", () => {
  const parser = new EventParser(new StreamRecorder(), 100);
  const texts: [text: string, inLine: boolean][] = [
    ["", false],
    ["\ufeff", false],
    ["d", true],
    ["ata\r", false],
    ["\n", false],
    [" ", true],
  ];
  for (const [text, inLine] of texts) {
    parser.receive(text);
    assert.equal(parser.inLine, inLine);
  }
});
