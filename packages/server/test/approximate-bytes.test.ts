import assert from "node:assert/strict";
import { test } from "node:test";
import { approximateBytes } from "../src/approximate-bytes.ts";

const weights: [name: string, value: unknown, bytes: number][] = [
  ["nothing", null, 16],
  ["a number", 1, 16],
  ["text", "x".repeat(100), 116],
  ["binary", Buffer.alloc(1000), 1016],
  ["what is in an array, with its indices", ["x".repeat(100), {}], 150],
  ["what is in an object, with its keys", { key: Buffer.alloc(1000) }, 1035],
];
for (const [name, value, bytes] of weights) {
  test(`weighs ${name}`, () => {
    assert.equal(approximateBytes(value), bytes);
  });
}
