/** When an event source comes back. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type BackoffPolicy, Reconnection, type ReconnectionPolicy } from "../../src/protocol/reconnection.ts";

const standard: ReconnectionPolicy = {
  backoff: { factor: 2, maxDelay: 30_000, jitter: 0.5 },
  statuses: new Set([503]),
  maxRetries: Number.POSITIVE_INFINITY,
  maxRetryAfter: 3_600_000,
};

const longestWait = 2 ** 31 - 1;

function reconnection(policy: Partial<ReconnectionPolicy> = {}, time?: number): Reconnection {
  const made = new Reconnection({ ...standard, ...policy });
  if (time !== undefined) made.time = time;
  return made;
}

/** Waits of so many attempts in a row. */
function waits(from: Reconnection, count: number, random = 0): (number | undefined)[] {
  return Array.from({ length: count }, () => from.next(random));
}

test("three seconds until a server says otherwise", () => assert.equal(reconnection().next(0.9), 3_000));

test("failures in a row double the wait, up to the longest", () => {
  assert.deepEqual(waits(reconnection(), 6), [3_000, 6_000, 12_000, 24_000, 30_000, 30_000]);
});

test("jitter adds up to half, to the longest wait too, but not to the first", () => {
  assert.deepEqual(waits(reconnection(), 5, 0.5), [3_000, 7_500, 15_000, 30_000, 37_500]);
});

test("a stream that opened ends the row, and its end is no failure", () => {
  const source = reconnection();
  waits(source, 4);
  source.opened();
  assert.deepEqual(waits(source, 4), [3_000, 3_000, 6_000, 12_000]);
});

test("a stream that opens and ends again and again is come back to each time as the server says", () => {
  const source = reconnection({}, 10);
  for (let count = 0; count < 5; count++) {
    source.opened();
    assert.equal(source.next(0.9), 10);
  }
});

test("a reconnection time longer than the longest wait stands", () => {
  assert.deepEqual(waits(reconnection({}, 60_000), 3), [60_000, 60_000, 60_000]);
});

test("a reconnection time that comes while attempts fail counts at once", () => {
  const source = reconnection();
  waits(source, 2);
  source.time = 1_000;
  assert.equal(source.next(0), 4_000);
});

test("a server that asks for no wait gets one once attempts fail", () => {
  assert.deepEqual(waits(reconnection({}, 0), 4), [0, 200, 400, 800]);
});

test("without backoff, all waits are the same", () => {
  assert.deepEqual(waits(reconnection({ backoff: undefined }, 0), 3, 0.9), [0, 0, 0]);
  assert.deepEqual(waits(reconnection({ backoff: undefined }, 500), 3, 0.9), [500, 500, 500]);
});

test("no wait is longer than a timer takes", () => {
  const patient = { maxRetryAfter: Number.POSITIVE_INFINITY };
  assert.equal(reconnection({}, Number.MAX_SAFE_INTEGER).next(0), longestWait);
  assert.equal(reconnection(patient).next(0, Number.MAX_SAFE_INTEGER), longestWait);
});

test("Retry-After makes a wait longer, never shorter, and has its limit", () => {
  assert.equal(reconnection().next(0, 10_000), 10_000);
  assert.equal(reconnection().next(0, 10), 3_000);
  assert.equal(reconnection({ maxRetryAfter: 5_000 }).next(0, 10_000), 5_000);
  assert.equal(reconnection({ maxRetryAfter: 0 }).next(0, 10_000), 3_000);
});

test("after so many attempts without a stream there is no further one", () => {
  const source = reconnection({ maxRetries: 2 });
  assert.deepEqual(waits(source, 4), [3_000, 6_000, undefined, undefined]);
  source.opened();
  assert.deepEqual(waits(source, 3), [3_000, 3_000, undefined]);
  assert.equal(reconnection({ maxRetries: 0 }).next(0), undefined);
});

test("only statuses of the policy are tried again", () => {
  assert.equal(reconnection().accepts(503), true);
  assert.equal(reconnection().accepts(500), false);
});

const policies: fc.Arbitrary<BackoffPolicy> = fc.record({
  factor: fc.double({ min: 1, max: 10, noNaN: true }),
  maxDelay: fc.nat(600_000),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
});
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const steps = fc.array(fc.record({ opens: fc.boolean(), random: randoms, retryAfter: fc.option(fc.nat(10_000)) }));

test("every wait is between the reconnection time and the limit with its jitter, and what fails first waits for it exactly", () => {
  fc.assert(
    fc.property(policies, fc.nat(120_000), steps, (backoff, time, taken) => {
      const source = reconnection({ backoff }, time);
      let failures = 0;
      for (const { opens, random, retryAfter } of taken) {
        if (opens) source.opened();
        failures = opens ? 0 : failures + 1;
        const asked = retryAfter ?? 0;
        const wait = source.next(random, asked);
        const limit = Math.max(time, backoff.maxDelay) * (1 + backoff.jitter);
        assert.ok(Number.isSafeInteger(wait));
        assert.ok(Number(wait) >= time && Number(wait) >= asked);
        assert.ok(Number(wait) <= Math.max(limit, asked));
        if (failures <= 1) assert.equal(wait, Math.max(time, asked));
      }
    }),
  );
});

test("without jitter, no wait is shorter than the one before in the row", () => {
  fc.assert(
    fc.property(policies, fc.nat(120_000), fc.nat(2_000), (backoff, time, count) => {
      const row = waits(reconnection({ backoff: { ...backoff, jitter: 0 } }, time), count);
      assert.deepEqual(
        row,
        row.toSorted((a, b) => Number(a) - Number(b)),
      );
    }),
  );
});
