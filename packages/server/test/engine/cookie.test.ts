/** Set-Cookie: the same as the package `cookie` writes it. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { type CookieOptions, formatCookie } from "../../src/engine/cookie.ts";

const { serialize } = createRequire(import.meta.url)("cookie");

const written: readonly CookieOptions[] = [
  {},
  { name: "io", path: "/", httpOnly: true, sameSite: "lax" },
  { name: "io", maxAge: 3_600.9, domain: "example.com", secure: true, sameSite: "none" },
  { name: "io", maxAge: 0, expires: new Date(0), sameSite: "strict", partitioned: true },
  { name: "io", sameSite: true, priority: "high" },
  { name: "io", encode: (value) => `"${encodeURIComponent(value)}"` },
];

for (const options of written) {
  test(`is written with ${JSON.stringify(options)}`, () => {
    const expected: string = serialize(options.name ?? "io", "a-sid_+/ü", options);
    assert.equal(formatCookie("a-sid_+/ü", options), expected);
  });
}

const refused: readonly [name: string, options: CookieOptions][] = [
  ["a name with a separator", { name: "i;o" }],
  ["a name with a line break", { name: "io\r\nSet-Cookie: x" }],
  ["a path that begins another attribute", { path: "/;Secure" }],
  ["a domain with a line break", { domain: "a\r\nX: y" }],
  ["a value with a separator", { encode: () => "a;b" }],
  ["an age that is no number", { maxAge: Number.NaN }],
];

for (const [name, options] of refused) {
  test(`refuses ${name}`, () => assert.throws(() => formatCookie("sid", options), TypeError));
}
