import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import fc from "fast-check";
import { preferredEncoding } from "../src/accept-encoding.ts";

const offered = ["br", "gzip", "deflate"] as const;

/** What socket.io asks. */
const accepts: (request: { headers: Record<string, string> }) => {
  encodings(names: readonly string[]): string | false;
} = createRequire(createRequire(import.meta.url).resolve("socket.io"))("accepts");

const cases: [name: string, header: string | undefined, preferred: string | undefined][] = [
  ["no header", undefined, undefined],
  ["an empty header", "", undefined],
  ["what a browser says", "gzip, deflate, br, zstd", "gzip"],
  ["one that is on offer", "br", "br"],
  ["none on offer", "zstd, compress", undefined],
  ["anything", "*", "br"],
  ["anything but the first", "br;q=0, *", "gzip"],
  ["weights", "gzip;q=0.5, br;q=0.8, deflate;q=0.9", "deflate"],
  ["refused ones", "gzip;q=0, br;q=0.000", undefined],
  ["upper case and spaces", "GZIP ; Q=0.3 ,\tBR;q=0.2", "gzip"],
  ["a wildcard that weighs less", "*;q=0.1, deflate;q=0.2", "deflate"],
  ["none at all", "identity", undefined],
];

for (const [name, header, preferred] of cases) {
  test(`${name}: ${header}`, () => {
    assert.equal(preferredEncoding(header, offered), preferred);
  });
}

test("junk is no weight", () => {
  for (const weight of ["", "2", "-1", "1.5", "0.1234", "x", "Infinity", "1e0"])
    assert.equal(preferredEncoding(`gzip;q=${weight}, br;q=0.1`, offered), "br");
});

test("it prefers what socket.io prefers", () => {
  const name = fc.constantFrom("br", "gzip", "deflate", "identity", "zstd", "*");
  const weight = fc.constantFrom("", ";q=1", ";q=0.5", ";q=0.2", ";q=0");
  const header = fc.uniqueArray(fc.tuple(name, weight), { selector: ([each]) => each, minLength: 1 });
  fc.assert(
    fc.property(header, (parts) => {
      const text = parts.map((part) => part.join("")).join(", ");
      const theirs = accepts({ headers: { "accept-encoding": text } }).encodings(offered) || undefined;
      assert.equal(preferredEncoding(text, offered), theirs, text);
    }),
  );
});
