/** What a response says to be an event stream, to clients and to what stands between. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { streamHeaders } from "../../src/protocol/stream-headers.ts";

test("an event stream is named with the only encoding that it has, is not stored, not changed and not held back", () => {
  assert.deepEqual(streamHeaders, {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
  });
});
