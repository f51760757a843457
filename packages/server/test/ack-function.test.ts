import assert from "node:assert/strict";
import { test } from "node:test";
import { ackFunction, dropAck, failAck } from "../src/ack-function.ts";
import type { Answer } from "../src/link.ts";

test("the first answer counts, whatever comes later", () => {
  const answers: Answer[] = [];
  const answer = ackFunction((given) => answers.push(given), undefined);
  answer(1, "two");
  answer("again");
  answer.failed(new Error("late"));
  assert.deepEqual(answers, [{ args: [1, "two"] }]);
});

/** What a handler threw, and what the client is told of it. */
const failures: readonly [thrown: unknown, code: string, message: string][] = [
  [new Error("text"), "handler-error", "text"],
  [Object.assign(new Error("text"), { code: "own" }), "own", "text"],
  [Object.assign(new Error("text"), { code: 7 }), "handler-error", "text"],
  [{ code: "own" }, "own", "the handler failed"],
  [{ message: 7 }, "handler-error", "the handler failed"],
  ["a string", "handler-error", "a string"],
  [undefined, "handler-error", "undefined"],
  [null, "handler-error", "null"],
];

for (const [thrown, code, message] of failures) {
  test(`a handler that throws ${JSON.stringify(thrown)} fails the ack with ${code}`, () => {
    const answers: Answer[] = [];
    failAck(["argument", ackFunction((given) => answers.push(given), undefined)], thrown);
    assert.deepEqual(answers, [{ error: { code, message } }]);
  });
}

test("a function of the program's own, as last argument, is no ack", () => {
  failAck([() => assert.fail("called")], new Error("text"));
  failAck([], new Error("text"));
});

test("dropped, it is not answered: not by the program, nor by the clock", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const answers: Answer[] = [];
  let drops = 0;
  const answer = ackFunction(
    (given) => answers.push(given),
    100,
    () => {
      drops += 1;
    },
  );
  dropAck(["argument", answer]);
  answer("late");
  t.mock.timers.tick(1_000);
  assert.deepEqual([answers, drops], [[], 1]);
  dropAck([() => assert.fail("called")]);
  dropAck([ackFunction(() => assert.fail("answered"), undefined)]);
});

test("without an answer in time, it fails, once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const answers: Answer[] = [];
  const late = ackFunction((given) => answers.push(given), 100);
  const early = ackFunction((given) => answers.push(given), 100);
  early("early");
  t.mock.timers.tick(99);
  assert.equal(answers.length, 1);
  t.mock.timers.tick(1);
  late("late");
  t.mock.timers.tick(1_000);
  assert.deepEqual(answers, [
    { args: ["early"] },
    { error: { code: "timeout", message: "it was not answered in time" } },
  ]);
});
