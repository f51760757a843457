import assert from "node:assert/strict";
import { test } from "node:test";
import { waitInLine } from "../../src/web/connection-queue.ts";

test("one begins at a time, in order; hosts do not wait for each other", () => {
  const begun: string[] = [];
  const leaveFirst = waitInLine("a:80", () => begun.push("first"));
  const leaveSecond = waitInLine("a:80", () => begun.push("second"));
  const leaveThird = waitInLine("a:80", () => begun.push("third"));
  const leaveOther = waitInLine("b:80", () => begun.push("other"));
  assert.deepEqual(begun, ["first", "other"]);
  leaveFirst();
  assert.deepEqual(begun, ["first", "other", "second"]);
  leaveSecond();
  leaveThird();
  leaveOther();
  assert.deepEqual(begun, ["first", "other", "second", "third"]);
});

test("who leaves before its turn never begins, and nobody begins because of it", () => {
  const begun: string[] = [];
  const leaveFirst = waitInLine("a:80", () => begun.push("first"));
  const leaveSecond = waitInLine("a:80", () => begun.push("second"));
  const leaveThird = waitInLine("a:80", () => begun.push("third"));
  leaveSecond();
  assert.deepEqual(begun, ["first"]);
  leaveFirst();
  assert.deepEqual(begun, ["first", "third"]);
  leaveThird();
});

test("leaving again does nothing", () => {
  const begun: string[] = [];
  const leaveFirst = waitInLine("a:80", () => begun.push("first"));
  leaveFirst();
  const leaveSecond = waitInLine("a:80", () => begun.push("second"));
  const leaveThird = waitInLine("a:80", () => begun.push("third"));
  leaveFirst();
  assert.deepEqual(begun, ["first", "second"]);
  leaveSecond();
  leaveThird();
});
