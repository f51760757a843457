/** What is base64, and what is none. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isBase64 } from "../src/is-base64.ts";

for (const text of ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "+/+/", "Zh=="]) {
  test(`"${text}" is base64`, () => assert.ok(isBase64(text)));
}

const others: [name: string, text: string][] = [
  ["a length that is no multiple of four", "Zg="],
  ["no padding", "Zg"],
  ["padding alone", "===="],
  ["three characters of padding", "Z==="],
  ["padding in the middle", "Zg==Zg=="],
  ["the URL alphabet", "-_-_"],
  ["a line end", "Zm9v\nZm8"],
  ["a line end at the end", "Zm9\n"],
  ["a space", "Zm 9"],
  ["a letter of two bytes", "Zm9é"],
  ["a high surrogate", "Zm9\ud800"],
];

for (const [name, text] of others) {
  test(`${name} is not base64`, () => assert.equal(isBase64(text), false));
}

test("a megabyte of characters that are almost base64 is told in linear time", () => {
  const text = "A".repeat(1_048_575);
  const start = performance.now();
  assert.equal(isBase64(`${text}!`), false);
  assert.equal(isBase64(`${text}A`), true);
  assert.ok(performance.now() - start < 1_000);
});
