/** Base64 against Node's own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { base64 } from "../src/base64.ts";

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
  });
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
