/** When a server wants a client back. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { delayOf, retryAfter } from "../../src/engine/retry-after.ts";
import { TransportError } from "../../src/engine/transport.ts";

const headers: [value: string | undefined, expected: number | undefined][] = [
  ["3", 3_000],
  ["0", undefined],
  ["99999999999", 2 ** 30 - 1],
  ["-1", undefined],
  ["soon", undefined],
  [undefined, undefined],
];

for (const [value, expected] of headers) {
  test(`Retry-After: ${value}`, () => {
    const response = new Response(null, { status: 503, headers: value === undefined ? {} : { "Retry-After": value } });
    assert.equal(retryAfter(new TransportError("no", 503, response)), expected);
  });
}

const contexts: unknown[] = [undefined, null, 1, {}, { headers: {} }];
for (const context of contexts) {
  test(`no answer but ${JSON.stringify(context)}`, () => {
    assert.equal(retryAfter(new TransportError("no", "way", context)), undefined);
    assert.equal(retryAfter(new Error("no")), undefined);
  });
}

test("a delay is a number that timers can wait", () => {
  const values: [unknown, number | undefined][] = [
    [5, 5],
    [0, 0],
    [-1, undefined],
    ["5", undefined],
    [Number.NaN, undefined],
    [1e300, 2 ** 30 - 1],
  ];
  for (const [value, expected] of values) assert.equal(delayOf(value), expected);
});
