/** Lines come out whole, whatever ends them and wherever the text is cut. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type LineListener, LineReader } from "../../src/protocol/line-reader.ts";
import { waysToCut } from "../stream-recorder.ts";

/** Remembers lines; some listeners take a last line together with the empty one behind it. */
class Lines implements LineListener {
  readonly lines: string[] = [];
  readonly takesBoth: boolean;

  constructor(takesBoth: boolean) {
    this.takesBoth = takesBoth;
  }

  line(text: string, start: number, end: number): void {
    this.lines.push(text.slice(start, end));
  }

  lastLine(text: string, start: number, end: number): boolean {
    if (this.takesBoth) this.lines.push(text.slice(start, end), "");
    return this.takesBoth;
  }
}

const streams: [name: string, text: string, lines: string[], pending: number][] = [
  ["nothing", "", [], 0],
  ["no line end", "abc", [], 3],
  ["LF", "a\nbc\n\nd\n", ["a", "bc", "", "d"], 0],
  ["CR", "a\rbc\r\rd\r", ["a", "bc", "", "d"], 0],
  ["CRLF", "a\r\nbc\r\n\r\nd\r\n", ["a", "bc", "", "d"], 0],
  ["LFCR, which is two", "a\n\rb\n", ["a", "", "b"], 0],
  ["all of them", "a\r\n\n\rb\r\r\nc\n\r\n\rd", ["a", "", "", "b", "", "c", "", ""], 1],
  ["line ends alone", "\n\n\n\n", ["", "", "", ""], 0],
  ["a BOM", "\ufeffa\n", ["a"], 0],
  ["a BOM alone", "\ufeff", [], 0],
  ["a BOM and a line end", "\ufeff\r\n", [""], 0],
  ["two BOMs, of which one is text", "\ufeff\ufeffa\n", ["\ufeffa"], 0],
  ["a BOM later", "a\n\ufeffb\n", ["a", "\ufeffb"], 0],
  ["a BOM behind a line end", "\n\ufeff\n", ["", "\ufeff"], 0],
  ["line ends of Unicode, which end no line here", "a\u2028b\u0085c\vd\n", ["a\u2028b\u0085c\vd"], 0],
];

for (const [name, text, lines, pending] of streams) {
  test(`reads ${name}, at any split`, () => {
    for (const takesBoth of [true, false]) {
      for (const pieces of waysToCut(text)) {
        const listener = new Lines(takesBoth);
        const reader = new LineReader(listener);
        for (const piece of ["", ...pieces, ""]) reader.receive(piece);
        assert.deepEqual(listener.lines, lines, JSON.stringify(pieces));
        assert.equal(reader.pending, pending);
      }
    }
  });
}

test("a reset forgets the unfinished line and the CR, and a BOM may come again", () => {
  const listener = new Lines(false);
  const reader = new LineReader(listener);
  for (const text of ["unfinished", "a\r"]) {
    reader.receive(text);
    reader.reset();
    assert.equal(reader.pending, 0);
    reader.receive("\n\n");
    reader.reset();
    reader.receive("\ufeffb\n");
  }
  assert.deepEqual(listener.lines, ["", "", "b", "a", "", "", "b"]);
});

test("a listener that throws misses no line, and the first error is thrown at the end", () => {
  const lines: string[] = [];
  const line = (text: string, start: number, end: number): never => {
    lines.push(text.slice(start, end));
    throw new Error(text.slice(start, end));
  };
  const reader = new LineReader({ line, lastLine: () => false });
  reader.receive("a");
  assert.throws(() => reader.receive("b\r\nc\n\nrest"), new Error("ab"));
  assert.deepEqual(lines, ["ab", "c", ""]);
  assert.equal(reader.pending, 4);
  assert.throws(() => reader.receive("\n"), new Error("rest"));
  reader.receive("no line end, no error");
});

for (const rest of ["b\n", "b\r", "b\r\n", "b"]) {
  test(`a listener that resets ends the reading before ${JSON.stringify(rest)}`, () => {
    const lines: string[] = [];
    const reader = new LineReader({
      line: (text, start, end) => {
        lines.push(text.slice(start, end));
        if (lines.length > 1) return;
        reader.reset();
        reader.receive("\ufeffnew\nun");
      },
      lastLine: () => false,
    });
    reader.receive(`a\n${rest}`);
    assert.deepEqual(lines, ["a", "new"]);
    reader.receive("finished\n");
    assert.deepEqual(lines, ["a", "new", "unfinished"]);
  });
}
