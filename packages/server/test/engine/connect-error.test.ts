import assert from "node:assert/strict";
import { test } from "node:test";
import { connectErrorOf } from "../../src/engine/connect-error.ts";
import { Refusal } from "../../src/errors.ts";

const withData = (data: unknown): Error => Object.assign(new Error("no"), { data });

const refused = (cause: unknown): Refusal => new Refusal("refused", { message: "no", cause });

/** What went wrong, and what clients of each version are told. */
const cases: readonly [name: string, error: unknown, current: unknown, legacy: unknown][] = [
  ["a middleware's error", refused(new Error("no")), { message: "no" }, "no"],
  ["with data", refused(withData({ a: 1 })), { message: "no", data: { a: 1 } }, { a: 1 }],
  ["with data that is false", refused(withData(false)), { message: "no", data: false }, false],
  ["what is no error", refused("text"), { message: "no" }, "no"],
  [
    "our own refusal",
    new Refusal("not-authenticated"),
    { message: "credentials are missing or wrong", data: { code: "not-authenticated" } },
    { code: "not-authenticated" },
  ],
  [
    "a program's mistake, of which clients learn nothing",
    new TypeError("secret"),
    { message: "the connection was refused" },
    "the connection was refused",
  ],
];

for (const [name, error, current, legacy] of cases) {
  test(name, () => {
    assert.deepEqual(connectErrorOf(error, 4), current);
    assert.deepEqual(connectErrorOf(error, 3), legacy);
  });
}
