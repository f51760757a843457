/** The query in the namespace of a CONNECT, as clients of Socket.IO 2 write it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { readLegacyConnect } from "../../src/socket/legacy-connect.ts";

const cases: [nsp: string, path: string, query: Record<string, string> | undefined][] = [
  ["/", "/", undefined],
  ["/chat", "/chat", undefined],
  ["/chat?", "/chat", {}],
  ["/chat?token=a", "/chat", { token: "a" }],
  ["/?a=1&b=x%20y%2Cz&c", "/", { a: "1", b: "x y,z", c: "" }],
  ["/chat?a=b=c&&d=e+f", "/chat", { a: "b=c", d: "e f" }],
  ["/chat?a=1&a=2", "/chat", { a: "2" }],
  ["/chat?a=%&%zz=%C3", "/chat", { a: "%", "%zz": "%C3" }],
  ["/chat?a=b?c", "/chat", { a: "b?c" }],
  ["/../a//b?x=1", "/../a//b", { x: "1" }],
];

for (const [nsp, path, query] of cases) {
  test(nsp, () => {
    const packet = readLegacyConnect({ type: 0, nsp });
    const data = query && Object.assign(Object.create(null), query);
    assert.deepEqual(packet, query ? { type: 0, nsp: path, data } : { type: 0, nsp: path });
  });
}

test("keys of prototypes are plain keys", () => {
  const { data } = readLegacyConnect({ type: 0, nsp: "/?__proto__=a&constructor=b" });
  assert.deepEqual(Object.entries(data as object), [
    ["__proto__", "a"],
    ["constructor", "b"],
  ]);
  assert.equal(Object.getPrototypeOf(data), null);
});
