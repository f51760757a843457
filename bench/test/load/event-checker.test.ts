import assert from "node:assert/strict";
import { test } from "node:test";
import { EventChecker } from "../../src/load/event-checker.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";

function checkerOf(asked: number): EventChecker {
  const checker = new EventChecker(["one", "two"]);
  checker.ask(asked);
  return checker;
}

/** In chunks of a few characters, so that no line ends where a chunk does. */
function chunked(text: string): Buffer {
  const pieces = text.match(/[\s\S]{1,5}/g) ?? [];
  return Buffer.from(pieces.map((piece) => `${piece.length}\r\n${piece}\r\n`).join(""));
}

const honest: [name: string, text: string][] = [
  ["texts alone", "data: one\n\ndata: two\n\ndata: one\n\n"],
  ["lines that end in CRLF", "data: one\r\n\r\ndata: two\r\n\r\ndata: one\r\n\r\n"],
  ["no space behind the colon", "data:one\n\ndata:two\n\ndata:one\n\n"],
  [
    "ids, a name that is the default, and comments",
    ": hi\n\nid: 7\ndata: one\n\n:\n\nevent: message\ndata: two\nid\n\ndata: one\n\n",
  ],
  [
    "what the server says before the first text",
    "retry: 3000\n\nevent: welcome\ndata: {}\n\ndata: one\n\ndata: two\n\ndata: one\n\n",
  ],
];
for (const [name, text] of honest) {
  test(`${name}: counted once each, at every split`, () => {
    const stream = chunked(text);
    for (let cut = 0; cut <= stream.length; cut++) {
      const checker = checkerOf(3);
      assert.equal(checker.take(stream.subarray(0, cut)) + checker.take(stream.subarray(cut)), 3);
    }
  });
}

const lies: [name: string, asked: number, text: string, reason: RegExp][] = [
  ["a wrong text", 2, "data: one\n\ndata: twO\n\n", /the data of reply 1/],
  ["a text of two lines", 2, "data: one\ndata: two\n\n", /the data of reply 0/],
  ["a repeated event", 3, "data: one\n\ndata: one\n\n", /the data of reply 1/],
  ["an event left out", 2, "data: two\n\n", /the data of reply 0/],
  ["an event too many", 1, "data: one\n\ndata: two\n\n", /reply 1 came unasked/],
  ["an event nobody asked for", 0, "data: one\n\n", /reply 0 came unasked/],
  [
    "a name of its own amidst the texts",
    2,
    "data: one\n\nevent: news\ndata: two\n\n",
    /an event news came for reply 1/,
  ],
  ["a line that is no field", 1, "date: one\n\n", /"date: one" came for reply 0/],
];
for (const [name, asked, text, reason] of lies) {
  test(`${name} disqualifies`, () => {
    assert.throws(
      () => checkerOf(asked).take(chunked(text)),
      (error) => error instanceof Disqualified && reason.test(error.message),
    );
  });
}
