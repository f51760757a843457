/** Options of the plain wire: defaults, and what is refused at the border. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type EndpointOptions, resolvePlainOptions } from "../../src/plain/options.ts";

test("the defaults are those that the documents name", () => {
  const { cors: _cors, ...resolved } = resolvePlainOptions();
  assert.deepEqual(resolved, {
    path: "/anywire",
    authenticate: undefined,
    maxMessageBytes: 1_048_576,
    heartbeat: { interval: 25_000, timeout: 20_000 },
    retry: 3_000,
    pollSessionTimeout: 60_000,
    pollWait: 25_000,
    maxPollWait: 60_000,
    maxQueuedEvents: 10_000,
    maxBufferedBytes: 16_777_216,
    maxBufferedAge: 30_000,
    rate: { perSecond: 10_000, burst: 100_000 },
    maxRooms: 100,
    bodyTimeout: 10_000,
    answerTimeout: 60_000,
  });
});

test("a part of a group keeps the rest of it", () => {
  const { heartbeat, rate } = resolvePlainOptions({ heartbeat: { timeout: 1 }, rate: { burst: 2 } });
  assert.deepEqual(heartbeat, { interval: 25_000, timeout: 1 });
  assert.deepEqual(rate, { perSecond: 10_000, burst: 2 });
});

test("a slash at the end of the path does not count", () => {
  assert.equal(resolvePlainOptions({ path: "/live/" }).path, "/live");
  assert.equal(resolvePlainOptions({ path: "/" }).path, "/");
});

const refused: [says: string, options: unknown][] = [
  ["a limit that is Infinity", { maxBufferedBytes: Number.POSITIVE_INFINITY }],
  ["a limit of 0", { maxMessageBytes: 0 }],
  ["a negative time", { retry: -1 }],
  ["a time that no timer takes", { pollWait: 2 ** 31 }],
  ["half a millisecond", { pollWait: 0.5 }],
  ["a limit as text", { maxRooms: "100" }],
  ["not a number", { heartbeat: { interval: Number.NaN } }],
  ["no rate", { rate: { perSecond: 0 } }],
  ["a path without its slash", { path: "anywire" }],
  ["a path with a query", { path: "/a?b" }],
  ["a path that is none", { path: 1 }],
  ["an authenticate that is no function", { authenticate: "secret" }],
];

for (const [says, options] of refused) {
  test(`refuses ${says}`, () => assert.throws(() => resolvePlainOptions(options as EndpointOptions), TypeError));
}
