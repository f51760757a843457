/** How long a server wants to be left alone. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRetryAfter } from "../../src/protocol/retry-after.ts";

const now = Date.UTC(1994, 10, 6, 8, 49, 30);

const waits: readonly [value: string | null, milliseconds: number | undefined][] = [
  [null, undefined],
  ["0", 0],
  ["1", 1_000],
  ["0120", 120_000],
  ["-1", 0],
  ["9".repeat(400), Number.MAX_SAFE_INTEGER],
  ["Sun, 06 Nov 1994 08:49:37 GMT", 7_000],
  ["Sunday, 06-Nov-94 08:49:37 GMT", 7_000],
  ["Sun Nov  6 08:49:37 1994", 7_000],
  ["Sun, 06 Nov 1994 08:49:30 GMT", 0],
  ["Sun, 06 Nov 1994 08:49:29 GMT", 0],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ["", undefined],
  ["soon", undefined],
  ["1.5", undefined],
  ["+1", undefined],
  ["1e3", undefined],
  ["0x10", undefined],
  ["1s", undefined],
  ["1, 2", undefined],
  ["--1", undefined],
  ["-", undefined],
  ["Infinity", undefined],
  ["NaN", undefined],
  ["\u0661", undefined],
  ["1994-11-06T08:49:37Z", undefined],
];

for (const [value, milliseconds] of waits) {
  const name = JSON.stringify(value)?.slice(0, 40);
  test(`${name} is ${milliseconds} ms`, () => assert.equal(parseRetryAfter(value, now), milliseconds));
}
