import assert from "node:assert/strict";
import { test } from "node:test";
import { type EventSourceInit, resolveInit } from "../src/client-options.ts";
import type { EventStreamErrorCode } from "../src/protocol/errors.ts";

test("without options, all is as the standard has it", () => {
  const { reconnection, ...init } = resolveInit({});
  assert.deepEqual(init, {
    withCredentials: false,
    fetch: undefined,
    maxBufferSize: 104_857_600,
    headers: {},
    method: "GET",
    body: undefined,
    signal: undefined,
    lastEventId: "",
    lastEventIdQueryParameterName: undefined,
    heartbeatTimeout: 0,
    cookieJar: undefined,
  });
  assert.deepEqual(reconnection, {
    backoff: { factor: 2, maxDelay: 30_000, jitter: 0.5 },
    statuses: new Set(),
    maxRetries: Number.POSITIVE_INFINITY,
    maxRetryAfter: 3_600_000,
  });
});

test("a body makes the request a POST, unless the method is named", () => {
  assert.equal(resolveInit({ body: "x" }).method, "POST");
  assert.equal(resolveInit({ body: "x", method: "PUT" }).method, "PUT");
});

test("retryStatuses: true stands for the statuses that pass", () => {
  const { statuses } = resolveInit({ retryStatuses: true }).reconnection;
  assert.deepEqual([...statuses], [408, 425, 429, 500, 502, 503, 504]);
  assert.deepEqual([...resolveInit({ retryStatuses: [404] }).reconnection.statuses], [404]);
});

test("backoff: false waits equally long each time, and a part of it keeps the other defaults", () => {
  assert.equal(resolveInit({ backoff: false }).reconnection.backoff, undefined);
  const { backoff } = resolveInit({ backoff: { jitter: 0 } }).reconnection;
  assert.deepEqual(backoff, { factor: 2, maxDelay: 30_000, jitter: 0 });
});

test("null is no signal and no fetch, and any signal will do", () => {
  const { signal, fetch } = resolveInit({ signal: null as never, fetch: null as never });
  assert.deepEqual([signal, fetch], [undefined, undefined]);
  const own = { aborted: false, addEventListener: () => {} };
  assert.equal(resolveInit({ signal: own as never }).signal, own);
});

const refused: [name: string, init: EventSourceInit, code: EventStreamErrorCode][] = [
  ["a fetch that is none", { fetch: 5 as never }, "bad-fetch"],
  ["a signal that is none", { signal: {} as never }, "bad-signal"],
  ["a method that no fetch takes", { method: "TRACE" }, "bad-method"],
  ["a method that is no token", { method: "A B" }, "bad-method"],
  ["headers that are none", { headers: null as never }, "bad-header"],
  ["waits that are none", { backoff: null as never }, "bad-backoff"],
  ["a GET with a body", { method: "get", body: "x" }, "bad-body"],
  ["a negative buffer", { maxBufferSize: -1 }, "bad-buffer-size"],
  ["a buffer that is no number", { maxBufferSize: Number.NaN }, "bad-buffer-size"],
  ["a negative heartbeatTimeout", { heartbeatTimeout: -1 }, "bad-heartbeat-timeout"],
  ["a heartbeatTimeout that no timer takes", { heartbeatTimeout: 2 ** 31 }, "bad-heartbeat-timeout"],
  ["an id with a line end", { lastEventId: "a\nb" }, "bad-id"],
  ["an id with NUL", { lastEventId: "\0" }, "bad-id"],
  ["waits that shrink", { backoff: { factor: 0.5 } }, "bad-backoff"],
  ["waits that grow without an end", { backoff: { maxDelay: Number.POSITIVE_INFINITY } }, "bad-backoff"],
  ["more jitter than all", { backoff: { jitter: 2 } }, "bad-backoff"],
  ["a negative number of retries", { maxRetries: -1 }, "bad-max-retries"],
];

for (const [name, init, code] of refused) {
  test(`refuses ${name}`, () => {
    assert.throws(() => resolveInit(init), { name: "EventStreamError", code });
  });
}
