/** What a session may send, by time. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TokenBucket } from "../src/token-bucket.ts";

function bucketAt(perSecond: number, burst: number): { bucket: TokenBucket; wait(ms: number): void } {
  let now = 1_000;
  return {
    bucket: new TokenBucket({ perSecond, burst }, () => now),
    wait: (ms) => {
      now += ms;
    },
  };
}

test("a burst passes, one more does not", () => {
  const { bucket } = bucketAt(1, 3);
  assert.deepEqual([bucket.take(), bucket.take(), bucket.take(), bucket.take()], [0, 0, 0, 1]);
});

test("tokens come back by time, no more than the burst", () => {
  const { bucket, wait } = bucketAt(2, 2);
  bucket.take();
  bucket.take();
  wait(499);
  assert.equal(bucket.take(), 1);
  wait(1);
  assert.equal(bucket.take(), 0);
  wait(1_000_000);
  assert.deepEqual([bucket.take(), bucket.take(), bucket.take()], [0, 0, 1]);
});

test("a slow rate says how many seconds to wait", () => {
  const { bucket } = bucketAt(0.1, 1);
  bucket.take();
  assert.equal(bucket.take(), 10);
});
