/** Path and query of a request line, junk included. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../src/errors.ts";
import { parseTarget, pathOf, queryRecord, single } from "../../src/plain/request-target.ts";

const paths: [target: string | undefined, path: string][] = [
  ["/anywire", "/anywire"],
  ["/anywire?room=a", "/anywire"],
  ["/anywire#x?y", "/anywire"],
  ["http://example.com/anywire?x", "/anywire"],
  ["HTTPS://example.com", ""],
  ["//evil.test/anywire", "//evil.test/anywire"],
  ["/anywire/", "/anywire/"],
  ["/%61nywire", "/%61nywire"],
  ["/../anywire", "/../anywire"],
  ["*", "*"],
  ["", ""],
  [undefined, ""],
  ["/%", "/%"],
  ["?", ""],
];

for (const [target, path] of paths) {
  test(`the path of ${String(target)} is ${JSON.stringify(path)}`, () => {
    assert.equal(parseTarget(target).path, path);
    assert.equal(pathOf(target), path);
  });
}

test("the query is for the application: repeated names are lists, and no name reaches a prototype", () => {
  const record = queryRecord(parseTarget("/?a=1&b=2&b=3&__proto__=x&constructor=y&%zz=%").query);
  assert.equal(Object.getPrototypeOf(record), null);
  assert.deepEqual(Object.entries(record), [
    ["a", "1"],
    ["b", ["2", "3"]],
    ["__proto__", "x"],
    ["constructor", "y"],
    ["%zz", "%"],
  ]);
});

test("a parameter that may be given once may not be given twice", () => {
  const { query } = parseTarget("/?session=a&session=b&since=&wait=1");
  assert.throws(
    () => single(query, "session"),
    (error) => error instanceof Refusal && error.code === "bad-request",
  );
  assert.equal(single(query, "since"), undefined);
  assert.equal(single(query, "wait"), "1");
  assert.equal(single(query, "toString"), undefined);
});
