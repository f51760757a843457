import assert from "node:assert/strict";
import { test } from "node:test";
import { checkEventName } from "../src/event-name.ts";

for (const name of ["chat", "message", "__proto__", "constructor", "with space", "ä", "anywire", "open", "error"]) {
  test(`allows ${JSON.stringify(name)}`, () => checkEventName(name));
}

for (const name of ["a\nb", "a\rb", "a\0b", "anywire:open", "connect", "disconnect", "disconnecting", "newListener"]) {
  test(`refuses ${JSON.stringify(name)} at the call`, () => {
    assert.throws(() => checkEventName(name), TypeError);
  });
}
