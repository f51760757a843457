import assert from "node:assert/strict";
import { test } from "node:test";
import { DeadlineQueue } from "../src/deadline-queue.ts";

test("what is not deleted in time expires, once, in the order in which it was added", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const expired: string[] = [];
  const queue = new DeadlineQueue<string>(100, (task) => expired.push(task));
  queue.add("a");
  t.mock.timers.tick(40);
  queue.add("b");
  queue.add("c");
  queue.add("a"); // keeps its deadline
  queue.delete("c");
  assert.equal(queue.size, 2);
  t.mock.timers.tick(60);
  assert.deepEqual(expired, ["a"]);
  t.mock.timers.tick(40);
  assert.deepEqual(expired, ["a", "b"]);
  assert.equal(queue.size, 0);
  t.mock.timers.tick(1_000);
  assert.deepEqual(expired, ["a", "b"]);
});

test("another length counts for what is added from now on", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const expired: string[] = [];
  const queue = new DeadlineQueue<string>(100, (task) => expired.push(task));
  queue.add("a");
  queue.ms = 300;
  queue.add("b");
  t.mock.timers.tick(100);
  assert.deepEqual(expired, ["a"]);
  t.mock.timers.tick(200);
  assert.deepEqual(expired, ["a", "b"]);
});

test("cleared, it forgets all, and goes on", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const expired: string[] = [];
  const queue = new DeadlineQueue<string>(100, (task) => expired.push(task));
  queue.add("a");
  queue.clear();
  t.mock.timers.tick(100);
  queue.add("b");
  t.mock.timers.tick(100);
  assert.deepEqual(expired, ["b"]);
});
