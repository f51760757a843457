/** Every known way by which a server exhausted the memory of a client of event streams, tried here on the parser. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createParser } from "../src/parser.ts";
import { EventParser } from "../src/protocol/event-parser.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const limit = 64 * 1024;

/** A server that never comes to an end. */
const endless: [what: string, beginning: string, more: string][] = [
  ["endless line", "", "x".repeat(1_000)],
  ["endless line of data", "data: ", "x".repeat(1_000)],
  ["endless data: lines", "", `data: ${"x".repeat(100)}\n`],
  ["endless data: lines without a value", "", "data:\ndata\n"],
  ["endless id:", "id: ", "1".repeat(1_000)],
  ["endless event:", "event: ", "e".repeat(1_000)],
];

const advisories = [
  "undici#5552: event size unlimited",
  "undici#5814: no cap without a terminator",
  "eventsource-parser#32",
];

for (const advisory of advisories) {
  describe(advisory, () => {
    for (const [what, beginning, more] of endless) {
      test(`${what}: the limit ends it`, () => {
        const parser = new EventParser({ event: () => assert.fail("no event has ended") }, limit);
        assert.throws(() => feedEndlessly((text) => parser.receive(text), beginning, more), {
          name: "BufferLimitError",
          code: "max-buffer-size-exceeded",
        });
      });

      test(`${what}: the parser of the subpath reports it and takes no more`, () => {
        const errors: string[] = [];
        const parser = createParser({ maxBufferSize: limit, onError: ({ type }) => errors.push(type) });
        assert.throws(() => feedEndlessly(parser.feed, beginning, more), /terminated/);
        assert.deepEqual(errors, ["max-buffer-size-exceeded"]);
      });
    }
  });
}

/** Gives up after more than any limit may keep. */
function feedEndlessly(feed: (text: string) => void, beginning: string, more: string): void {
  feed(beginning);
  for (let fed = 0; fed < 20 * limit; fed += more.length) feed(more);
}

test("there is a limit by default", () => {
  const errors: string[] = [];
  const parser = createParser({ onError: ({ message }) => errors.push(message) });
  const mebibyte = "x".repeat(1024 * 1024);
  for (let i = 0; i < 100; i++) parser.feed(mebibyte);
  assert.deepEqual(errors, []);
  parser.feed("x");
  assert.deepEqual(errors, ["Buffered data exceeded max buffer size of 104857600 characters"]);
});

/** What is left of each chunk is a few characters, which engines like to keep as a view of the whole. */
const remainders: [what: string, beginning: string, remainder: string][] = [
  ["lines of data", "", "data: a few characters\n"],
  ["names", "", "event: a few characters\n"],
  ["ids", "", "id: a few characters\n"],
  ["unfinished lines", "\n", "data: a few characters"],
];

for (const [what, beginning, remainder] of remainders) {
  test(`${what} that are kept do not keep the chunks that they came in`, () => {
    const parsers = Array.from({ length: 8 }, () => new EventParser({ event: () => undefined }, 1_000_000));
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 20; round++) {
      for (const parser of parsers) parser.receive(longChunk(beginning, remainder));
    }
    collectGarbage();
    const kept = process.memoryUsage().heapUsed - before;
    assert.ok(kept < 2 * 1024 * 1024, `${kept} bytes`); // the last chunks are 4 MiB, all of them 80 MiB
    for (const parser of parsers) parser.receive("");
  });
}

function longChunk(beginning: string, end: string): string {
  return Buffer.from(`${beginning}:${"c".repeat(512 * 1024)}\n${end}`).toString("latin1");
}
