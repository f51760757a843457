/** A turn of the event loop has one number. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { currentTurn } from "../../src/plain/turn.ts";

test("all of one turn is one turn, microtasks and ticks included; the next is another", async () => {
  const first = currentTurn();
  await Promise.resolve();
  assert.equal(currentTurn(), first);
  await new Promise<void>((resolve) => process.nextTick(resolve));
  assert.equal(currentTurn(), first);
  await new Promise((resolve) => setImmediate(resolve));
  const second = currentTurn();
  assert.notEqual(second, first);
  await new Promise((resolve) => setImmediate(resolve));
  assert.notEqual(currentTurn(), second);
});
