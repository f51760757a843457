import assert from "node:assert/strict";
import { test } from "node:test";
import { portable } from "@anywire/protocol/engine";
import fc from "fast-check";
import { bufferOf, dataOf, nodePlatform, textBehindType } from "../../src/engine/node-platform.ts";

test("base64 and UTF-8 are those of the codecs", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: "binary" }), (bytes, text) => {
      const encoded = nodePlatform.base64.encode(bytes);
      assert.equal(encoded, portable.base64.encode(bytes));
      assert.deepEqual(new Uint8Array(nodePlatform.base64.decode(encoded)), bytes);
      assert.equal(nodePlatform.utf8.decode(bytes), portable.utf8.decode(bytes));
      assert.deepEqual(new Uint8Array(nodePlatform.utf8.encode(text)), portable.utf8.encode(text));
    }),
  );
});

test("a byte order mark stays", () => {
  const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, 0x61]);
  assert.equal(nodePlatform.utf8.decode(bytes), portable.utf8.decode(bytes));
});

test("bytes become Buffers and are not copied", () => {
  const bytes = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
  const buffer = bufferOf(bytes);
  assert.deepEqual(buffer, Buffer.from([2, 3]));
  assert.equal(buffer.buffer, bytes.buffer);
  assert.equal(bufferOf(buffer), buffer);
  assert.deepEqual([dataOf("a"), dataOf(undefined)], ["a", undefined]);
  assert.ok(Buffer.isBuffer(dataOf(bytes)));
});

test("the text behind the type digit is what Buffer's own toString says", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary-ascii" }), (text, ascii) => {
      const plain = (data: Buffer): string => data.toString("utf8", 1);
      const [any, simple] = [Buffer.from(`4${text}`), Buffer.from(`4${ascii}`)];
      assert.equal(textBehindType(any, false), plain(any));
      assert.equal(textBehindType(simple, true), plain(simple));
      assert.equal(textBehindType(simple, false), plain(simple));
    }),
  );
});
