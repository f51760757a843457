/** The budget: takes up to its limit, and never more. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryBudget } from "../../src/protocol/memory-budget.ts";

test("takes all of it, nothing beyond, and again what was given back", () => {
  const budget = new MemoryBudget(10);
  assert.equal(budget.take(10), true);
  assert.equal(budget.take(1), false);
  assert.equal(budget.used, 10);
  budget.give(4);
  assert.equal(budget.take(5), false);
  assert.equal(budget.take(4), true);
});

test("a limit below what is held stops further taking only", () => {
  const budget = new MemoryBudget(10);
  budget.take(8);
  budget.limit = 5;
  assert.equal(budget.take(1), false);
  budget.give(8);
  assert.equal(budget.take(5), true);
});
