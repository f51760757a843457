/** A process for the test of Subprocess. */

import { type Answers, answerQuestions, startIfAvailable } from "../src/answering.ts";
import { Disqualified } from "../src/load/reply-checker.ts";
import { Unavailable } from "../src/unavailable.ts";

function crash(): void {
  setImmediate(() => {
    throw new RangeError("broken");
  });
}

const ready = process.argv[2];
if (ready === "crash") throw new RangeError("broken");
const answers: Answers = {
  double: (value) => Number(value) * 2,
  nothing: () => undefined,
  fail: () => Promise.reject(new Error("not today")),
  disqualify: () => Promise.reject(new Disqualified("it lied")),
  crash: () => {
    crash();
    return new Promise(() => {});
  },
};
startIfAvailable(() => {
  if (ready === "unavailable") throw new Unavailable("no binary");
  answerQuestions(answers, ready);
});
