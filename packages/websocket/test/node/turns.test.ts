/** Turns: one order, whether steps are done at once or later. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "../../src/node/turns.ts";
import { uncaughtError } from "../messages.ts";

function recorded(): { turns: Turns; order: string[]; step: (name: string) => () => void } {
  const order: string[] = [];
  return { turns: new Turns(), order, step: (name) => () => void order.push(name) };
}

test("steps are taken at once, until one holds", () => {
  const { turns, order, step } = recorded();
  turns.take(step("a"));
  turns.take(() => turns.hold());
  turns.take(step("c"));
  assert.deepEqual(order, ["a"]);
  turns.pass(step("b"));
  assert.deepEqual(order, ["a", "b", "c"]);
  turns.take(step("d"));
  assert.deepEqual(order, ["a", "b", "c", "d"]);
});

test("what a step asks for comes after all that wait already", () => {
  const { turns, order, step } = recorded();
  turns.take(() => turns.hold());
  turns.take(step("b"));
  turns.take(() => turns.hold());
  turns.take(step("e"));
  turns.pass(() => {
    order.push("a");
    turns.take(step("f"));
  });
  turns.pass(step("d"));
  assert.deepEqual(order, ["a", "b", "d", "e", "f"]);
});

test("once it is closed nothing is taken any more", () => {
  const { turns, order, step } = recorded();
  turns.take(() => turns.hold());
  turns.take(step("b"));
  turns.close();
  turns.pass(step("a"));
  turns.take(step("c"));
  assert.deepEqual(order, []);
});

test("a step may close", () => {
  const { turns, order, step } = recorded();
  turns.take(() => turns.hold());
  turns.take(step("b"));
  turns.pass(() => turns.close());
  assert.deepEqual(order, []);
});

test("if a step throws, the others have their turn all the same", async () => {
  const { turns, order, step } = recorded();
  turns.take(() => turns.hold());
  turns.take(() => {
    throw new Error("mine");
  });
  turns.take(step("b"));
  const caught = uncaughtError();
  setImmediate(() => turns.pass(step("a")));
  const error = await caught;
  assert.ok(error instanceof Error && error.message === "mine");
  await new Promise(setImmediate);
  assert.deepEqual(order, ["a", "b"]);
});
