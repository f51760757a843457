/** Every limit has a finite default. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { plainRules } from "../../src/plain/rules.ts";

test("an argument may have 1,000 levels, and an id 64 characters", () => {
  assert.equal(plainRules.maxDepth, 1_000);
  assert.equal(plainRules.maxIdLength, 64);
});
