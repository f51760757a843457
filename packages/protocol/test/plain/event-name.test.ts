/** Which names an event may have. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertEventName, isOneLine, isReservedEvent } from "../../src/plain/event-name.ts";

const refused: [name: string, value: unknown][] = [
  ["CR", "a\rb"],
  ["LF", "a\nb"],
  ["NUL", "a\0b"],
  ["LF at the end", "a\n"],
  ["a number", 7],
  ["nothing", undefined],
  ["null", null],
  ["a list that would read as a name", ["a\nb"]],
  ["an object that would read as a name", { toString: () => "a" }],
];

for (const [name, value] of refused) {
  test(`refuses a name with or of ${name}`, () => {
    assert.throws(() => assertEventName(value), { name: "PlainError", code: "bad-name" });
  });
}

for (const name of ["chat", "", " ", "__proto__", "constructor", "error", "naïve 🙂", "a:b", "\u2028"]) {
  test(`takes the name ${JSON.stringify(name)}`, () => assertEventName(name));
}

const reserved = ["anywire:open", "anywire:close", "anywire:event", "anywire:", "connect", "connect_error"];
for (const name of [...reserved, "disconnect", "disconnecting", "newListener", "removeListener"]) {
  test(`keeps ${name} for the wires`, () => assert.equal(isReservedEvent(name), true));
}

for (const name of ["message", "open", "error", "Anywire:open", "anywire", "connected", "__proto__", "toString", ""]) {
  test(`leaves ${JSON.stringify(name)} to the program`, () => assert.equal(isReservedEvent(name), false));
}

test("one line has no CR, LF or NUL", () => {
  assert.ok(isOneLine("m3-18 ü"));
  for (const end of ["\r", "\n", "\r\n", "\0"]) assert.ok(!isOneLine(`a${end}`));
});
