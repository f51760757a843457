/** What the codecs use where the platform gives nothing, and that they use what it gives. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { base64 } from "../../src/base64.ts";
import { decodeText, encodeText, type Platform, portable } from "../../src/engine.ts";
import { utf8 } from "../../src/utf8.ts";

test("what works everywhere is plain JavaScript", () => assert.deepEqual(portable, { base64, utf8 }));

test("a platform's own base64 makes its own bytes", () => {
  const node: Platform = {
    ...portable,
    base64: { encode: (bytes) => Buffer.from(bytes).toString("base64"), decode: (text) => Buffer.from(text, "base64") },
  };
  assert.equal(encodeText({ type: "message", data: Uint8Array.of(1, 2, 3) }, node), "bAQID");
  assert.ok(Buffer.isBuffer(decodeText("bAQID", node).data));
});
