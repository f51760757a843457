/** Links depart at the end of the tick, in the order in which they asked. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { departSoon } from "../../src/plain/departures.ts";

function nextTick(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

test("in order, when the tick has ended, and only once", async () => {
  const departed: number[] = [];
  for (const n of [1, 2, 3]) departSoon({ depart: () => departed.push(n) });
  assert.deepEqual(departed, []);
  await nextTick();
  assert.deepEqual(departed, [1, 2, 3]);
  await nextTick();
  assert.deepEqual(departed, [1, 2, 3]);
});

test("who asks during a departure departs after it", async () => {
  const departed: string[] = [];
  const late = { depart: () => departed.push("late") };
  departSoon({ depart: () => departSoon(late) });
  departSoon({ depart: () => departed.push("first") });
  await nextTick();
  await nextTick();
  assert.deepEqual(departed, ["first", "late"]);
});
