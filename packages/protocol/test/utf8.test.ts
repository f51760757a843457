/** UTF-8 beside the platform's own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { utf8 } from "../src/utf8.ts";

const vectors: [text: string, hex: string][] = [
  ["", ""],
  ["\0\u007f", "007f"],
  ["\u0080\u07ff", "c280dfbf"],
  ["\u0800\ud7ff\ue000\uffff", "e0a080ed9fbfee8080efbfbf"],
  ["\u{10000}\u{10ffff}", "f0908080f48fbfbf"],
  ["\ufeffx", "efbbbf78"],
];

for (const [text, hex] of vectors) {
  test(`${JSON.stringify(text)} is ${hex || "nothing"}, and back`, () => {
    assert.equal(Buffer.from(utf8.encode(text)).toString("hex"), hex);
    assert.equal(utf8.decode(Buffer.from(hex, "hex")), text);
  });
}

const others: [name: string, hex: string][] = [
  ["a continuation", "80"],
  ["an overlong sequence of two", "c1bf"],
  ["an overlong sequence of three", "e09fbf"],
  ["an overlong sequence of four", "f08fbfbf"],
  ["a surrogate", "eda080"],
  ["a code point that is too large", "f4908080"],
  ["a lead that does not exist", "f5808080"],
  ["a sequence that is cut", "e282"],
  ["a sequence that is broken", "e28278"],
  ["a byte that is never there", "78ff"],
];

for (const [name, hex] of others) {
  test(`${name} is not UTF-8`, () => assert.equal(utf8.decode(Buffer.from(hex, "hex")), undefined));
}

test("a surrogate that stands alone becomes U+FFFD", () => {
  assert.deepEqual(utf8.encode("a\ud800b\udc00"), new TextEncoder().encode("a\ufffdb\ufffd"));
});

test("encodes any text as the platform does", () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
      fc.string({ unit: "binary" }),
    ),
  });
  fc.assert(fc.property(text, (text) => assert.deepEqual(utf8.encode(text), new TextEncoder().encode(text))));
});

test("decodes any bytes as the platform does, or finds that they are no UTF-8", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const theirs = (bytes: Uint8Array): string | undefined => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
  const byte = fc.oneof(
    fc.nat(0xff),
    fc.constantFrom(0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4),
  );
  const bytes = fc.array(byte, { maxLength: 8 }).map((list) => Uint8Array.from(list));
  fc.assert(
    fc.property(bytes, (bytes) => assert.equal(utf8.decode(bytes), theirs(bytes))),
    { numRuns: 20_000 },
  );
});

test("decodes what it encodes, also where one string is built of many pieces", () => {
  for (const length of [8_191, 8_192, 8_193, 24_577]) {
    const text = "x\u20ac\ud83d\ude00".repeat(length);
    assert.equal(utf8.decode(utf8.encode(text)), text);
  }
});
