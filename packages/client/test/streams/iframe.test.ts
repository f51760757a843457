/** The transport `iframe` where there is no page. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { IframeError, IframeTransport } from "../../src/iframe.ts";
import { Heard, makers } from "./peers.ts";

for (const [name, { make }] of Object.entries(makers)) {
  test(`${name}: without a document it fails, and says why`, async (t) => {
    const heard = new Heard(t, make("http://127.0.0.1:1", [IframeTransport]));
    const error = await heard.once("error");
    assert.ok(error instanceof IframeError);
    assert.equal(error.code, "no-document");
    assert.deepEqual(heard.of("close"), ["transport error"]);
  });
}
