/** What JSON can nest. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isContainer } from "../../src/socket/container.ts";

test("arrays and objects of any kind, and nothing else", () => {
  for (const value of [{}, [], Object.create(null), new Uint8Array(1)]) assert.ok(isContainer(value));
  for (const value of [null, undefined, "", 0, true, () => undefined]) assert.equal(isContainer(value), false);
});
