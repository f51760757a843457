/** Sec-WebSocket-Extensions: the results and the errors of ws, in linear time. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Random } from "../../../../scripts/test/random.ts";
import { type FormattableParameters, formatExtensions, parseExtensions } from "../../src/protocol/extension.ts";
import { outcome, extension as peer } from "./peer.ts";

const accepted: [header: string, json: string][] = [
  ["foo", '{"foo":[{}]}'],
  ["foo,bar", '{"foo":[{}],"bar":[{}]}'],
  ["foo, foo;a", '{"foo":[{},{"a":[true]}]}'],
  ["foo;a;b=1", '{"foo":[{"a":[true],"b":["1"]}]}'],
  ["foo;a;a=1;a=2", '{"foo":[{"a":[true,"1","2"]}]}'],
  ['foo;a="b";c="\\d\\e"', '{"foo":[{"a":["b"],"c":["de"]}]}'],
  ['foo;a="\\b", bar', '{"foo":[{"a":["b"]}],"bar":[{}]}'],
  ["foo \t;\ta \t; b=1\t ,\t bar", '{"foo":[{"a":[true],"b":["1"]}],"bar":[{}]}'],
  ['foo;a="b"\t ;c', '{"foo":[{"a":["b"],"c":[true]}]}'],
  ["constructor;__proto__=toString", '{"constructor":[{"__proto__":["toString"]}]}'],
  ["__proto__;toString,hasOwnProperty", '{"__proto__":[{"toString":[true]}],"hasOwnProperty":[{}]}'],
  ["permessage-deflate; client_max_window_bits", '{"permessage-deflate":[{"client_max_window_bits":[true]}]}'],
];

/** With where ws gives up; -1 is the end. */
const refused: [header: string, index: number][] = [
  ["", -1],
  [" ", 0],
  [" foo", 0],
  ["foo ", -1],
  ["foo\t", -1],
  [",", 0],
  [",foo", 0],
  ["foo,", -1],
  ["foo,,bar", 4],
  ["foo, ,", 5],
  [";", 0],
  ["foo;", -1],
  ["foo;;", 4],
  ["foo;a,", -1],
  ["foo bar", 4],
  ["foo;a b", 6],
  ["foo=a", 3],
  ["foo;=a", 4],
  ["foo;a=", -1],
  ["foo;a=;", 6],
  ["foo;a =b", 6],
  ["foo;a= b", 6],
  ["foo;a=b=c", 7],
  ["foo;a=b c", 8],
  ['foo;a="', -1],
  ['foo;a=""', 7],
  ['foo;a="b', -1],
  ['foo;a="\\', -1],
  ['foo;a="b\\', -1],
  ['foo;a="\\"', 8],
  ['foo;a="\\\\"', 8],
  ['foo;a="b c"', 8],
  ['foo;a="b,c"', 8],
  ['foo;a="b"c', 9],
  ['foo;a="b" ', -1],
  ['foo;a=b"', 7],
  ['foo;"a"', 4],
  ['"foo"', 0],
  ["f@o", 1],
  ["f\0o", 1],
  ["foo;é", 4],
  ["foo\u00a0", 3],
  ["foo\ud83d\ude00", 3],
];

for (const [header, json] of accepted) {
  test(`reads ${JSON.stringify(header)}`, () => {
    assert.equal(JSON.stringify(parseExtensions(header)), json);
    assert.deepEqual(parseExtensions(header), peer.parse(header));
  });
}

for (const [header, index] of refused) {
  const message = index < 0 ? "Unexpected end of input" : `Unexpected character at index ${index}`;
  test(`refuses ${JSON.stringify(header)}: ${message}`, () => {
    assert.throws(() => parseExtensions(header), { name: "SyntaxError", message });
    assert.equal(
      outcome(() => peer.parse(header)),
      `SyntaxError: ${message}`,
    );
  });
}

test("what is read has no prototype, however it is named", () => {
  const extensions = parseExtensions("__proto__;__proto__, constructor;toString=valueOf");
  const sets = Object.values(extensions).flat();
  assert.equal(sets.length, 2);
  for (const each of [extensions, ...sets]) assert.equal(Object.getPrototypeOf(each), null);
  assert.equal(extensions.valueOf, undefined);
});

test("random headers are read, or refused at the same character, as ws does it", () => {
  const random = new Random(7692);
  const pieces = ["a", "b", "foo", "__proto__", ",", ";", "=", '"', "\\", " ", "\t", "é", "\0", '="', '";', "; ", ", "];
  let read = 0;
  for (let n = 0; n < 100_000; n++) {
    const header = Array.from({ length: random.below(14) }, () => random.pick(pieces)).join("");
    const ours = outcome(() => parseExtensions(header));
    assert.deepEqual(
      ours,
      outcome(() => peer.parse(header)),
      JSON.stringify(header),
    );
    if (typeof ours === "object") read++;
  }
  assert.ok(read > 1000, "enough of them were headers");
});

test("the densest headers that Node lets through hold a few megabytes, and let go of them", () => {
  const dense = ["a,".repeat(8191), "a;".repeat(8191), "a;b=".repeat(4095), "a;a,".repeat(4095)].map(
    (text) => `${text}c`,
  );
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < 400; n++) parseExtensions(dense[n % dense.length]!);
  assert.ok(process.memoryUsage().heapUsed - before < 128 * 1024 * 1024);
});

const long: [name: string, header: string][] = [
  ["a quoted value that never ends", `foo;a="${"b".repeat(1_000_000)}`],
  ["escapes that never end (CVE-2020-7662)", `foo;a="${"\\c".repeat(500_000)}`],
  ["blanks", `foo${" ".repeat(1_000_000)}b`],
  ["blanks before every separator", `${`foo${" ".repeat(1000)};`.repeat(1000)} `],
  ["separators", `foo${";".repeat(1_000_000)}`],
  ["a name that is no token at its end", `${"a".repeat(1_000_000)}@`],
];
for (const [name, header] of long) {
  test(`a million characters of ${name} are refused in linear time`, () => {
    const before = performance.now();
    assert.throws(() => parseExtensions(header), SyntaxError);
    assert.ok(performance.now() - before < 1000);
  });
}

const formatted: [extensions: Parameters<typeof formatExtensions>[0], header: string][] = [
  [{}, ""],
  [{ foo: {} }, "foo"],
  [{ foo: [{}], bar: { a: true } }, "foo, bar; a"],
  [{ foo: [{ a: [true, 1, "b"] }, { c: "d" }] }, "foo; a; a=1; a=b, foo; c=d"],
  [{ foo: { a: false } }, "foo; a=false"],
];
for (const [extensions, header] of formatted) {
  test(`writes ${JSON.stringify(header)}`, () => {
    assert.equal(formatExtensions(extensions), header);
    assert.equal(peer.format(extensions), header);
  });
}

test("what is written is read again", () => {
  const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,8}$/);
  const values = fc.array(fc.oneof(token, fc.constant<true>(true)), { minLength: 1, maxLength: 3 });
  const parameters: fc.Arbitrary<FormattableParameters> = fc.dictionary(token, values, { noNullPrototype: false });
  const sets = fc.array(parameters, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.dictionary(token, sets, { minKeys: 1, noNullPrototype: false }), (extensions) => {
      const header = formatExtensions(extensions);
      assert.equal(JSON.stringify(parseExtensions(header)), JSON.stringify(extensions));
      assert.equal(header, peer.format(extensions));
    }),
  );
});
