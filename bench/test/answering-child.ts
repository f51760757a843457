/** A process for the test of Subprocess. */

import { answerQuestions } from "../src/answering.ts";
import { Disqualified } from "../src/load/reply-checker.ts";

function crash(): void {
  setImmediate(() => {
    throw new RangeError("broken");
  });
}

const ready = process.argv[2];
if (ready === "crash") throw new RangeError("broken");
answerQuestions(
  {
    double: (value) => Number(value) * 2,
    nothing: () => undefined,
    fail: () => Promise.reject(new Error("not today")),
    disqualify: () => Promise.reject(new Disqualified("it lied")),
    crash: () => {
      crash();
      return new Promise(() => {});
    },
  },
  ready,
);
