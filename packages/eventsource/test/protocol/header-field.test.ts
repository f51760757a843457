/** Names and values of headers: what is let through, what is refused. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkHeader, type HeaderValue } from "../../src/protocol/header-field.ts";

const accepted: [name: string, value: HeaderValue][] = [
  ["X-Own", "a b\tc"],
  ["x!#$%&'*+.^_`|~-9", "é"],
  ["Set-Cookie", ["a=1", "b=2"]],
  ["Retry-After", 5],
  ["X-Empty", ""],
];

for (const [name, value] of accepted) {
  test(`accepts ${name}: ${value}`, () => checkHeader(name, value));
}

const refused: [name: string, value: HeaderValue][] = [
  ["", "a"],
  ["X Own", "a"],
  ["X-Own:", "a"],
  ["X-Öwn", "a"],
  ["X-Own\r\nX-Forged", "a"],
  ["X-Own", "a\r\nX-Forged: b"],
  ["X-Own", "a\nb"],
  ["X-Own", "a\rb"],
  ["X-Own", "a\0b"],
  ["X-Own", "a\x7f"],
  ["X-Own", "a🙂"],
  ["Set-Cookie", ["a=1", "b=2\r\n"]],
];

for (const [name, value] of refused) {
  test(`refuses ${JSON.stringify([name, value])}`, () => {
    assert.throws(() => checkHeader(name, value), { name: "EventStreamError", code: "bad-header" });
  });
}
