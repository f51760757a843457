/** Incremental UTF-8: it fails at the first bad byte, however the bytes are cut. */

import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { Utf8Validator } from "../../src/protocol/utf8.ts";
import { bytesOf } from "../frames.ts";

const valid: [name: string, hex: string][] = [
  ["nothing", ""],
  ["ASCII", "48656c6c6f"],
  ["the borders of two bytes", "c280 dfbf"],
  ["the borders of three bytes", "e0a080 efbfbf"],
  ["what lies beside the surrogates", "ed9fbf ee8080"],
  ["the borders of four bytes", "f0908080 f48fbfbf"],
  ["a byte order mark", "efbbbf"],
  ["noncharacters", "efbfbe f09fbfbf"],
];

/** `at`: the first byte that no valid text has there. */
const invalid: [name: string, hex: string, at: number][] = [
  ["a continuation alone", "80", 0],
  ["an overlong slash", "c0af", 0],
  ["an overlong two-byte form", "c1bf", 0],
  ["an overlong three-byte form", "e09f80", 1],
  ["an overlong four-byte form", "f08f8080", 1],
  ["a high surrogate", "eda080", 1],
  ["a low surrogate", "edbfbf", 1],
  ["a code point over U+10FFFF", "f4908080", 1],
  ["a lead of five bytes", "f8888080", 0],
  ["0xff", "ff", 0],
  ["a sequence cut by ASCII", "e28241", 2],
  ["a sequence cut by another", "f09f98c3a9", 3],
  ["a bad byte behind good ones", "6869c3a9ff", 4],
];

function firstBad(bytes: Uint8Array): number {
  const validator = new Utf8Validator(isUtf8);
  return bytes.findIndex((_, at) => !validator.accept(bytes.subarray(at, at + 1)));
}

/** Around the length from which whole sequences are given to the platform. */
const paddings = [0, 1, 29, 30, 31, 32, 33, 64, 200];

for (const [name, hex] of valid) {
  test(`accepts ${name} at every cut`, () => {
    for (const padding of paddings) {
      const bytes = Buffer.concat([Buffer.alloc(padding, "a"), bytesOf(hex), Buffer.alloc(padding, "b")]);
      for (let cut = 0; cut <= bytes.length; cut++) {
        const validator = new Utf8Validator(isUtf8);
        assert.ok(validator.accept(bytes.subarray(0, cut)));
        assert.ok(validator.accept(bytes.subarray(cut)));
        assert.ok(validator.complete);
      }
    }
  });
}

for (const [name, hex, at] of invalid) {
  test(`refuses ${name} at its first bad byte`, () => {
    assert.equal(firstBad(bytesOf(hex)), at);
  });
  test(`refuses ${name} in any piece that has the bad byte`, () => {
    for (const padding of paddings) {
      const bytes = Buffer.concat([Buffer.alloc(padding, "a"), bytesOf(hex).subarray(0, at + 1)]);
      for (let cut = 0; cut < bytes.length; cut++) {
        const validator = new Utf8Validator(isUtf8);
        assert.ok(validator.accept(bytes.subarray(0, cut)));
        assert.ok(!validator.accept(bytes.subarray(cut)));
      }
    }
  });
}

test("a text that ends inside a sequence is not complete", () => {
  for (const hex of ["c3", "e2", "e282", "f0", "f09f", "f09f98"]) {
    for (const padding of paddings) {
      const validator = new Utf8Validator(isUtf8);
      assert.ok(validator.accept(Buffer.concat([Buffer.alloc(padding, "a"), bytesOf(hex)])));
      assert.ok(!validator.complete);
    }
  }
});

test("says of random bytes what the platform says, whole and in pieces", () => {
  const lead = fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xff);
  const bytes = fc.array(fc.oneof(lead, fc.nat(255)), { maxLength: 80 }).map((list) => Uint8Array.from(list));
  fc.assert(
    fc.property(bytes, fc.nat(80), (all, cut) => {
      const validator = new Utf8Validator(isUtf8);
      const pieces = [all.subarray(0, cut), all.subarray(cut)];
      assert.equal(pieces.every((piece) => validator.accept(piece)) && validator.complete, isUtf8(all));
    }),
    { numRuns: 2000 },
  );
});

test("accepts every text, cut anywhere", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 100 }), fc.nat(400), (string, cut) => {
      const all = Buffer.from(string);
      const validator = new Utf8Validator(isUtf8);
      assert.ok(validator.accept(all.subarray(0, cut)) && validator.accept(all.subarray(cut)) && validator.complete);
    }),
  );
});
