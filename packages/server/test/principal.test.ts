import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../src/errors.ts";
import { type Authenticate, principalOf } from "../src/principal.ts";
import { handshake } from "./world.ts";

const mine = new Error("mine");

/** What the program's function does, who the client is (or the refusal's code), and whether it is reported. */
const answers: readonly [
  name: string,
  authenticate: Authenticate | undefined,
  who: string | undefined,
  told: unknown[],
][] = [
  ["is not there", undefined, undefined, []],
  ["names the client", () => "me", "me", []],
  ["names it later", async () => "me", "me", []],
  ["calls it anonymous", () => undefined, undefined, []],
  ["refuses it", () => Promise.reject(new Refusal("overloaded")), "overloaded", []],
  ["throws", () => Promise.reject(mine), "not-authenticated", [mine]],
  ["gives null", () => null as unknown as string, "not-authenticated", []],
  ["gives false", () => false as unknown as string, "not-authenticated", []],
  ["gives an object", () => ({ id: 1 }) as unknown as string, "not-authenticated", []],
];

for (const [name, authenticate, who, expected] of answers) {
  test(`authenticate ${name}`, async () => {
    const told: unknown[] = [];
    const asked = principalOf({ authenticate, report: (error) => told.push(error) }, () => handshake);
    const outcome = await asked.catch((error: unknown) => (error instanceof Refusal ? error.code : error));
    assert.deepEqual([outcome, told], [who, expected]);
  });
}

test("the handshake is put together only for those who ask", async () => {
  await principalOf({ authenticate: undefined, report: () => {} }, () => assert.fail("asked"));
});
