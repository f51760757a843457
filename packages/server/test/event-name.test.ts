import assert from "node:assert/strict";
import { test } from "node:test";
import { eventNameOf } from "../src/event-name.ts";

for (const name of ["chat", "message", "__proto__", "constructor", "with space", "ä", "anywire", "open", "error"]) {
  test(`allows ${JSON.stringify(name)}`, () => assert.equal(eventNameOf(name), name));
}

for (const name of ["a\nb", "a\rb", "a\0b", "anywire:open", "connect", "disconnect", "disconnecting", "newListener"]) {
  test(`refuses ${JSON.stringify(name)} at the call`, () => {
    assert.throws(() => eventNameOf(name), TypeError);
  });
}

test("a number is a name too, for programs without types", () => assert.equal(eventNameOf(42), "42"));

for (const name of [undefined, null, {}, Symbol("a")]) {
  test(`refuses ${String(name)}`, () => assert.throws(() => eventNameOf(name), TypeError));
}
