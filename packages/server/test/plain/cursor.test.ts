/** A poll's cursor, there and back. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatCursor, parseCursor } from "../../src/plain/cursor.ts";

const name = fc.stringMatching(/^[A-Za-z0-9_-]{8}$/);

test("what is written is read", () => {
  fc.assert(
    fc.property(name, fc.nat(), fc.option(fc.string({ minLength: 1 }), { nil: undefined }), (queue, sequence, id) => {
      assert.deepEqual(parseCursor(formatCursor({ queue, sequence, id })), { queue, sequence, id });
    }),
  );
});

for (const text of [
  "",
  "m3-18",
  "17",
  "~",
  ".~",
  "a.~b",
  ".1~b",
  "a.-1~b",
  "a.1.5~b",
  "a.9999999999999999~b",
  "é.1~",
]) {
  test(`${JSON.stringify(text)} is no cursor`, () => assert.equal(parseCursor(text), undefined));
}
