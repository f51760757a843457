import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomeOf } from "../src/outcome.ts";
import { BufferLimitError, EventStreamError } from "../src/protocol/errors.ts";

const outcomes: [name: string, error: unknown, final: boolean][] = [
  ["a network that fails", new TypeError("fetch failed"), false],
  ["what is no error", "gone", false],
  ["an abort that was not ours", new DOMException("stop", "AbortError"), true],
  ["an event without end", new BufferLimitError(5), true],
  ["an id that no header can carry", new EventStreamError("unsendable-id"), true],
  ["a stream that was sent already", new EventStreamError("body-used"), true],
  ["a header that is none", new EventStreamError("bad-header"), true],
  ["a redirect to a scheme that no fetch knows", new EventStreamError("redirect-scheme"), true],
  ["redirects without end", new EventStreamError("too-many-redirects"), false],
];

for (const [name, error, final] of outcomes) {
  test(`${name} ${final ? "ends the source" : "is tried again"}`, () => {
    const outcome = outcomeOf(error);
    assert.equal(outcome.final, final);
    assert.equal(outcome.trouble.error, error);
    assert.notEqual(outcome.trouble.message, undefined);
  });
}
