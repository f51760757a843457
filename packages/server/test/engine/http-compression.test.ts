import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync, inflateSync } from "node:zlib";
import { type ContentEncoding, compress, negotiateEncoding } from "../../src/engine/http-compression.ts";

const negotiations: [header: string | undefined, encoding: ContentEncoding | undefined][] = [
  [undefined, undefined],
  ["", undefined],
  ["gzip", "gzip"],
  ["GZip", "gzip"],
  ["gzip, deflate, br", "gzip"],
  ["deflate,gzip", "deflate"],
  ["br;q=1.0, deflate;q=0.5, gzip;q=0.8", "gzip"],
  ["*", "gzip"],
  ["gzip;q=0, *", "deflate"],
  ["gzip;q=0, deflate;q=0", undefined],
  ["br, identity", undefined],
  ["gzip;q=junk", undefined],
  ["gzip;q=0.0001", undefined],
  ["gzip ; q=0.1 , deflate ; q=0.2", "deflate"],
  ["__proto__, constructor", undefined],
];

for (const [header, encoding] of negotiations) {
  test(`${JSON.stringify(header)} gets ${encoding ?? "it as it is"}`, () => {
    assert.equal(negotiateEncoding(header), encoding);
  });
}

for (const [encoding, inflate] of [
  ["gzip", gunzipSync],
  ["deflate", inflateSync],
] as const) {
  test(`${encoding} can be undone`, async () => {
    const body = Buffer.from("é".repeat(10_000));
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      compress(body, { encoding, options: { level: 1 } }, (error, compressed) => {
        if (error === null) resolve(compressed);
        else reject(error);
      });
    });
    assert.ok(bytes.length < 1_000);
    assert.deepEqual(inflate(bytes), body);
  });
}
