import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { describeError, ErrorEvent, EventSourceError } from "../src/error-event.ts";

test("is an Event with what the program gives it", () => {
  const event = new ErrorEvent("error", { code: 503, message: "Non-200 status code (503)", body: "tired" });
  assert.ok(event instanceof Event);
  assert.deepEqual(
    [event.type, event.code, event.status, event.message],
    ["error", 503, 503, "Non-200 status code (503)"],
  );
  assert.deepEqual(
    [event.body, event.headers, event.statusText, event.error],
    ["tired", undefined, undefined, undefined],
  );
  assert.equal(new ErrorEvent("error").message, undefined);
  assert.equal(event.isTrusted, false);
});

test("is shown with its reason", () => {
  const shown = inspect(new ErrorEvent("error", { code: 503, message: "tired" }));
  assert.match(shown, /code: 503/);
  assert.match(shown, /message: 'tired'/);
});

test("an EventSourceError tells of the answer, and of what is below it", () => {
  const error = new TypeError("no way");
  const { message, status, cause, name } = new EventSourceError({ message: "lost", code: 500, error });
  assert.deepEqual([message, status, cause, name], ["lost", 500, error, "EventSourceError"]);
});

const described: [error: unknown, words: string][] = [
  [new Error("plain"), "plain"],
  ["text", "text"],
  [undefined, "undefined"],
  [new TypeError("fetch failed", { cause: new Error("refused") }), "TypeError: fetch failed: refused"],
  [new AggregateError([new Error("a"), new Error("b")]), "a, b"],
  [new AggregateError([], "none"), "none"],
  [new TypeError(), "TypeError"],
  ["", "an error without words"],
  [Object.create(null), "an error that cannot be put in words"],
  [new Error("fetch failed", { cause: new AggregateError([new Error("a"), "b"]) }), "Error: fetch failed: a, b"],
];

for (const [error, words] of described) {
  test(`says "${words}"`, () => assert.equal(describeError(error), words));
}

test("an error that lies below itself, among others too, has an end", () => {
  const error = new Error("mine");
  error.cause = error;
  assert.match(describeError(error), /^Error: mine: .*: mine$/);
  const all = new AggregateError([new Error("first")]);
  all.errors.push(all);
  assert.match(describeError(all), /^first, first/);
});
