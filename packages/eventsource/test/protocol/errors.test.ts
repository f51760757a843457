/** Errors carry the code by which programs tell them apart. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EventStreamError, must } from "../../src/protocol/errors.ts";

test("an error has a code, a message, and is a TypeError", () => {
  const error = new EventStreamError("bad-retry");
  assert.ok(error instanceof TypeError);
  assert.equal(error.name, "EventStreamError");
  assert.equal(error.code, "bad-retry");
  assert.match(error.message, /whole number of milliseconds/);
});

test("a rule that holds throws nothing, one that does not throws its code", () => {
  must(true, "bad-id");
  assert.throws(() => must(false, "bad-id"), { code: "bad-id" });
});
