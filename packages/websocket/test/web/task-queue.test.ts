import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { TaskQueue } from "../../src/web/task-queue.ts";
import { uncaughtError } from "../messages.ts";

test("tasks run in order, and not inside the call that adds them", async () => {
  const queue = new TaskQueue();
  const done: number[] = [];
  await new Promise<void>((resolve) => {
    queue.add(() => done.push(1));
    queue.add(() => {
      done.push(2);
      queue.add(() => {
        done.push(4);
        resolve();
      });
      done.push(3);
    });
    assert.deepEqual(done, []);
    assert.equal(queue.idle, false);
  });
  assert.deepEqual(done, [1, 2, 3, 4]);
  assert.equal(queue.idle, false); // these are the last one's microtasks
  await nextTurn();
  assert.equal(queue.idle, true);
});

test("all microtasks of a task are done before the next begins, however deep they go", async () => {
  const queue = new TaskQueue();
  const done: string[] = [];
  await new Promise<void>((resolve) => {
    queue.add(async () => {
      done.push("first");
      for (let depth = 0; depth < 10; depth++) await null;
      done.push("its microtasks");
    });
    queue.add(() => {
      done.push("second");
      resolve();
    });
  });
  assert.deepEqual(done, ["first", "its microtasks", "second"]);
});

test("a task that throws does not keep the others from running", async () => {
  const queue = new TaskQueue();
  const uncaught = uncaughtError();
  const ran = new Promise<void>((resolve) => {
    queue.add(() => {
      throw new Error("mine");
    });
    queue.add(resolve);
  });
  assert.match(String(await uncaught), /mine/);
  await ran;
});
