/** Lines become events by the rules of the standard, each rule a row. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EventAssembler, type EventStreamHandler } from "../../src/protocol/event-assembler.ts";

/** Every call, as it was made. */
function callsFor(lines: readonly string[]): unknown[][] {
  const calls: unknown[][] = [];
  const assembler = new EventAssembler(recorder(calls));
  for (const line of lines) assembler.line(line, 0, line.length);
  return calls;
}

function recorder(calls: unknown[][]): EventStreamHandler {
  return {
    event: (...event) => calls.push(["event", ...event]),
    id: (id) => calls.push(["id", id]),
    retry: (milliseconds) => calls.push(["retry", milliseconds]),
    comment: (text) => calls.push(["comment", text]),
    unknownField: (...field) => calls.push(["unknown", ...field]),
    invalidRetry: (...retry) => calls.push(["invalid", ...retry]),
  };
}

const max = Number.MAX_SAFE_INTEGER;

const rules: [name: string, lines: string[], calls: unknown[][]][] = [
  ["data", ["data: a", ""], [["event", "", "a", undefined]]],
  ["data without a space", ["data:a", ""], [["event", "", "a", undefined]]],
  ["one space taken, not two", ["data:  a ", ""], [["event", "", " a ", undefined]]],
  ["a tab not taken", ["data:\ta", ""], [["event", "", "\ta", undefined]]],
  ["data of several lines", ["data: a", "data", "data:", "data: b", ""], [["event", "", "a\n\n\nb", undefined]]],
  ["a line without a colon", ["data", ""], [["event", "", "", undefined]]],
  ["empty data twice", ["data:", "data", ""], [["event", "", "\n", undefined]]],
  ["a name", ["event: n", "data: a", ""], [["event", "n", "a", undefined]]],
  ["the last name", ["event: m", "event:n", "data: a", ""], [["event", "n", "a", undefined]]],
  ["an empty name", ["event: n", "event", "data: a", ""], [["event", "", "a", undefined]]],
  ["no event without data", ["event: n", "", "data: a", ""], [["event", "", "a", undefined]]],
  [
    "an id, before its event",
    ["id: 1", "data: a", ""],
    [
      ["id", "1"],
      ["event", "", "a", "1"],
    ],
  ],
  [
    "an id of its own block",
    ["id: 1", "data: a", "", "data: b", ""],
    [
      ["id", "1"],
      ["event", "", "a", "1"],
      ["event", "", "b", undefined],
    ],
  ],
  ["an id without data", ["id: 1", ""], [["id", "1"]]],
  ["an empty id", ["id: 1", "id", ""], [["id", ""]]],
  [
    "no id with NUL",
    ["id: 1", "id: 2\0", "id\0: 3", ""],
    [
      ["unknown", "id\0", "3", "id\0: 3"],
      ["id", "1"],
    ],
  ],
  ["an id that has not ended", ["id: 1"], []],
  ["a retry", ["retry: 10"], [["retry", 10]]],
  ["a retry without a space", ["retry:0010"], [["retry", 10]]],
  ["a retry of zero", ["retry: 0"], [["retry", 0]]],
  [
    "the largest retry",
    [`retry: ${max}`, `retry: ${max}0`],
    [
      ["retry", max],
      ["retry", max],
    ],
  ],
  ["a retry of 400 digits", [`retry: ${"9".repeat(400)}`], [["retry", max]]],
  ...["", "-1", "+1", "1.0", "1e3", "0x1", "1 ", " 1", "١", "１", "1a", "1\0"].map(
    (value): [string, string[], unknown[][]] => [
      `no retry of ${JSON.stringify(value)}`,
      [`retry: ${value}`],
      [["invalid", value, `retry: ${value}`]],
    ],
  ),
  ["a comment", [":a", ": b", ":  c", ":", "::"], ["a", "b", " c", "", ":"].map((text) => ["comment", text])],
  [
    "a field unknown",
    ["a: b", "a"],
    [
      ["unknown", "a", "b", "a: b"],
      ["unknown", "a", "", "a"],
    ],
  ],
  ...["Data: a", "DATA", " data: a", "data : a", "datax: a", "dat: a", "events: a", "idx: a", "retries: 1"].map(
    (line): [string, string[], unknown[][]] => {
      const [name = "", value = ""] = line.split(/: ?/);
      return [`${JSON.stringify(line)}, which no standard knows`, [line, ""], [["unknown", name, value, line]]];
    },
  ),
  [
    "names of prototypes",
    ["__proto__: a", "constructor"],
    [
      ["unknown", "__proto__", "a", "__proto__: a"],
      ["unknown", "constructor", "", "constructor"],
    ],
  ],
];

for (const [name, lines, calls] of rules) {
  test(`reads ${name}`, () => assert.deepEqual(callsFor(lines), calls));
}

test("a line is read where it lies in a text", () => {
  const calls: unknown[][] = [];
  const assembler = new EventAssembler(recorder(calls));
  const text = "xxdata: a:b\nid: 1\n";
  assembler.line(text, 2, 11);
  assembler.line(text, 12, 17);
  assembler.line(text, 18, 18);
  assert.deepEqual(calls, [
    ["id", "1"],
    ["event", "", "a:b", "1"],
  ]);
});

test("a last line of data is told at once, any other is left to be told as a line", () => {
  const calls: unknown[][] = [];
  const assembler = new EventAssembler(recorder(calls));
  assert.equal(assembler.lastLine("data: a", 0, 7), true);
  assert.equal(assembler.lastLine("id: 1", 0, 5), false);
  assembler.line("data: b", 0, 7);
  assert.equal(assembler.lastLine("data: c", 0, 7), false);
  assert.deepEqual(calls, [["event", "", "a", undefined]]);
});

const wholeEvents: [text: string, name: string, data: string, id?: string][] = [
  ["data: a\n\n", "", "a"],
  ["data:\n\n", "", ""],
  ["event: n\ndata:a:b\n\n", "n", "a:b"],
  ["event:\ndata:  é\n\n", "", " é"],
  ["id: 1\ndata: a\n\n", "", "a", "1"],
  ["event: n\nid:\ndata: a\n\n", "n", "a", ""],
  ["event: n\nid: 1\0\ndata: a\n\n", "n", "a"],
];
const otherTexts = [
  "",
  "d",
  "e",
  "data: a",
  "data: a\n",
  "data\n\n",
  "data: a\nid: 1\n\n",
  "data: a\n\n\n",
  "data: a\r\n\n",
];
const otherNamed = [
  "event: n",
  "event: n\n\n",
  "event\ndata: a\n\n",
  "event: n\rdata: a\n\n",
  "event: n\n:\ndata: a\n\n",
  "event: n\nid: 1\n\n",
  "event: n\nid: 1\ndata: a\n",
  "event: n\nid: 1\rdata: a\n\n",
  "id: 1",
  "id: 1\nevent: n\ndata: a\n\n",
  "id: 1\nid: 2\ndata: a\n\n",
];

test("a text that is a whole event is told at once, of any other nothing is read", () => {
  const calls: unknown[][] = [];
  const assembler = new EventAssembler(recorder(calls));
  for (const text of [...otherTexts, ...otherNamed]) assert.equal(assembler.wholeEvent(text), false, text);
  for (const [text] of wholeEvents) assert.equal(assembler.wholeEvent(text), true, text);
  assembler.line("data: b", 0, 7);
  assert.equal(assembler.wholeEvent("data: a\n\n"), false);
  assert.deepEqual(
    calls,
    wholeEvents.flatMap(([, name, data, id]) => [...(id === undefined ? [] : [["id", id]]), ["event", name, data, id]]),
  );
});

test("what is unfinished is counted: data with its line ends, name and id", () => {
  const assembler = new EventAssembler(recorder([]));
  const counts = ["data: ab", "data", "event: xyz", "id: 12345", "event: z", "id", ""].map((line) => {
    assembler.line(line, 0, line.length);
    return assembler.pending;
  });
  assert.deepEqual(counts, [2, 3, 6, 11, 9, 4, 0]);
  assembler.line("data: a", 0, 7);
  assembler.forget();
  assert.equal(assembler.pending, 0);
});

test("a handler of ids that throws keeps nothing of its block, and its event is told", () => {
  const calls: unknown[][] = [];
  const assembler = new EventAssembler({
    ...recorder(calls),
    id: () => {
      throw new Error("mine");
    },
  });
  for (const line of ["event: n", "data: a", "id: 1"]) assembler.line(line, 0, line.length);
  assert.throws(() => assembler.line("", 0, 0), /mine/);
  for (const line of ["data: b", ""]) assembler.line(line, 0, line.length);
  assert.deepEqual(calls, [
    ["event", "n", "a", "1"],
    ["event", "", "b", undefined],
  ]);
});
