import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { ClientFile, type Compression } from "../src/client-file.ts";

const text = "io();\n".repeat(1_000);

const decompress: Record<Compression, (bytes: Buffer) => Buffer> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  deflate: inflateSync,
};

for (const compression of ["br", "gzip", "deflate"] as const) {
  test(`${compression} holds the same bytes, and is made once`, async () => {
    const file = new ClientFile(Buffer.from(text));
    const both = [file.compress(compression), file.compress(compression)] as const;
    assert.equal(both[0], both[1]);
    const bytes = await both[0];
    assert.ok(bytes.length < text.length);
    assert.equal(decompress[compression](bytes).toString(), text);
  });
}

test("the tag is that of the bytes", () => {
  const file = new ClientFile(Buffer.from(text));
  assert.match(file.etag, /^W\/"[\w-]+"$/);
  assert.equal(new ClientFile(Buffer.from(text)).etag, file.etag);
  assert.notEqual(new ClientFile(Buffer.from(`${text} `)).etag, file.etag);
});

test("a client has it, if it names the tag, weak or strong, alone or among others", () => {
  const file = new ClientFile(Buffer.from(text));
  const strong = file.etag.slice(2);
  for (const header of [file.etag, strong, "*", `"a", ${strong}`, `W/"a",${file.etag} , "b"`])
    assert.equal(file.matches(header), true, header);
  for (const header of [undefined, "", '"a"', strong.slice(1, -1), `${strong}x`])
    assert.equal(file.matches(header), false, header);
});
