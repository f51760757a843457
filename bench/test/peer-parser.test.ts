import assert from "node:assert/strict";
import { test } from "node:test";
import { createParser } from "eventsource-parser";
import { Disqualified } from "../src/load/reply-checker.ts";
import { type CreateParser, parseEvents } from "../src/peer-parser.ts";
import type { ParsedEvent } from "../src/token-stream.ts";

const events = ["one", "two"].map((data): ParsedEvent => ({ event: "token", data }));
const stream = { events, chunks: ["event: token\ndata: o", "ne\n\nevent: token\ndata: two\n\n"] };

test("whole streams are parsed and their events counted", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((least) => parseEvents(createParser, stream, least)),
    [0, 2, 2, 4],
  );
});

/** npm's parser, whose events are changed on the way. */
function changing(change: (event: ParsedEvent) => readonly ParsedEvent[]): CreateParser {
  return ({ onEvent }) => createParser({ onEvent: (event) => change(event).forEach(onEvent) });
}
const lies: [name: string, create: CreateParser, reason: RegExp][] = [
  ["loses data", changing((event) => [{ ...event, data: event.data.slice(1) }]), /event 0 is not/],
  ["loses names", changing((event) => [{ ...event, event: undefined }]), /event 0 is not/],
  ["makes up an id", changing((event) => [{ ...event, id: "" }]), /event 0 is not/],
  ["loses an event", changing((event) => (event.data === "two" ? [] : [event])), /1 events are missing/],
  ["tells one twice", changing((event) => [event, event]), /event 1 is not/],
];
for (const [name, create, reason] of lies) {
  test(`a parser that ${name} is disqualified`, () => {
    assert.throws(
      () => parseEvents(create, stream, 1),
      (error) => error instanceof Disqualified && reason.test(error.message),
    );
  });
}
