/** What an answer means for an event source. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeResponse, type Verdict } from "../../src/protocol/response-verdict.ts";

const verdicts: readonly [status: number, contentType: string | null, verdict: Verdict][] = [
  [200, "text/event-stream", "open"],
  [200, "Text/Event-Stream; charset=latin1", "open"],
  [200, "text/html, text/event-stream", "open"],
  [200, null, "wrong-type"],
  [200, "", "wrong-type"],
  [200, "bogus", "wrong-type"],
  [200, "text/x-bogus", "wrong-type"],
  [200, "text/plain;text/event-stream", "wrong-type"],
  [200, "text/event-stream-bogus", "wrong-type"],
  [204, null, "stop"],
  [204, "text/event-stream", "stop"],
  ...[0, 201, 202, 205, 206, 210, 299, 301, 304, 401, 404, 410, 429, 500, 503, 504].map(
    (status): [number, string, Verdict] => [status, "text/event-stream", "wrong-status"],
  ),
];

for (const [status, contentType, verdict] of verdicts) {
  test(`${status} with ${JSON.stringify(contentType)} is ${verdict}`, () => {
    assert.equal(judgeResponse(status, contentType), verdict);
  });
}
