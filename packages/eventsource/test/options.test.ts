/** Options of a session: defaults, and what is refused at the call. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveSessionOptions } from "../src/options.ts";
import { resolveStreamHeaders } from "../src/protocol/stream-headers.ts";

test("defaults are those that the documentation names", () => {
  const defaults = {
    ...{ status: 200, headers: resolveStreamHeaders({}), heartbeat: 25_000, retry: 3_000, state: undefined },
    ...{ maxBufferedBytes: 1_048_576, maxBufferedAge: 30_000 },
  };
  assert.deepEqual(resolveSessionOptions({}), defaults);
  assert.deepEqual(resolveSessionOptions({ status: undefined, heartbeat: undefined, retry: undefined }), defaults);
});

test("what is given stays, false and 0 included", () => {
  const given = { status: 201, headers: { "X-A": "b" }, heartbeat: false, retry: 0, state: 1 } as const;
  const limits = { maxBufferedBytes: 1, maxBufferedAge: 1 };
  const headers = resolveStreamHeaders(given.headers);
  assert.deepEqual(resolveSessionOptions({ ...given, ...limits }), { ...given, ...limits, headers });
  assert.equal(resolveSessionOptions({ retry: false }).retry, false);
});

test("false is no limit", () => {
  const { maxBufferedBytes, maxBufferedAge } = resolveSessionOptions({
    maxBufferedBytes: false,
    maxBufferedAge: false,
  });
  assert.deepEqual([maxBufferedBytes, maxBufferedAge], [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
});

const refused: [options: object, code: string][] = [
  ...[5, "x", null].map((options): [object, string] => [options as never, "bad-options"]),
  ...[5, "x"].map((headers): [object, string] => [{ headers }, "bad-options"]),
  ...[100, 199, 600, 200.5, "200", 204, 205, 304].map((status): [object, string] => [{ status }, "bad-status"]),
  ...[0, -1, 1.5, 2 ** 31, Number.NaN, "5", true].map((heartbeat): [object, string] => [
    { heartbeat },
    "bad-heartbeat",
  ]),
  ...[0, -1, 1.5, Number.POSITIVE_INFINITY, "5", true].map((maxBufferedBytes): [object, string] => [
    { maxBufferedBytes },
    "bad-buffered-bytes",
  ]),
  ...[0, 2 ** 31, Number.POSITIVE_INFINITY, "5"].map((maxBufferedAge): [object, string] => [
    { maxBufferedAge },
    "bad-buffered-age",
  ]),
  ...[-1, 0.5, Number.POSITIVE_INFINITY, "5\ndata: a", true].map((retry): [object, string] => [{ retry }, "bad-retry"]),
];

for (const [options, code] of refused) {
  test(`refuses ${JSON.stringify(options)} (${Object.values(options ?? {})})`, () => {
    assert.throws(() => resolveSessionOptions(options), { name: "EventStreamError", code });
  });
}
