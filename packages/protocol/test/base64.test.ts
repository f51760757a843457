/** Base64 against Node's own, and what is none. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { base64, isBase64 } from "../src/base64.ts";

const vectors: [text: string, encoded: string][] = [
  ["", ""],
  ["f", "Zg=="],
  ["fo", "Zm8="],
  ["foo", "Zm9v"],
  ["foob", "Zm9vYg=="],
  ["fooba", "Zm9vYmE="],
  ["foobar", "Zm9vYmFy"],
];

for (const [text, encoded] of vectors) {
  test(`"${text}" is ${encoded || "nothing"}, and back (RFC 4648 §10)`, () => {
    assert.equal(base64.encode(Buffer.from(text)), encoded);
    assert.deepEqual(base64.decode(encoded), new Uint8Array(Buffer.from(text)));
    assert.ok(isBase64(encoded));
  });
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

test("encodes as Node does, whatever the bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      assert.equal(base64.encode(bytes), Buffer.from(bytes).toString("base64"));
    }),
  );
});

test("decodes what it encodes, also where one string is built of many pieces", () => {
  for (const length of [8_191, 8_192, 8_193, 24_577, 100_001]) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 31) % 256);
    assert.deepEqual(base64.decode(base64.encode(bytes)), bytes);
  }
});

test("a megabyte of characters that are almost base64 is told in linear time", () => {
  const text = "A".repeat(1_048_575);
  const start = performance.now();
  assert.equal(isBase64(`${text}!`), false);
  assert.equal(isBase64(`${text}A`), true);
  assert.ok(performance.now() - start < 1_000);
});
