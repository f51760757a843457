/** What counts as a test that ran. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TestLedger } from "../test-ledger.ts";

const whole = (path: string): { name: string; file: string } => ({ name: path, file: path });

test("a file that passes as a whole has run no test, nor has one that never ended", () => {
  const ledger = new TestLedger();
  for (const path of ["/empty.test.ts", "/full.test.ts"]) ledger.complete(whole(path));
  ledger.pass(whole("/empty.test.ts"));
  ledger.pass({ name: "adds", file: "/full.test.ts" });
  const listed = ["/empty.test.ts", "/full.test.ts", "/lost.test.ts"];
  assert.deepEqual(ledger.silent(listed), ["/empty.test.ts", "/lost.test.ts"]);
  assert.equal(ledger.summary(), "1 files, 0 skipped\n1 passed, 0 failed");
});

test("a file whose tests stand in the contract that it imports has run them", () => {
  const ledger = new TestLedger();
  ledger.complete({ name: "adds", file: "/history.contract.ts" });
  ledger.pass({ name: "adds", file: "/history.contract.ts" });
  ledger.complete(whole("/history.test.ts"));
  assert.deepEqual(ledger.silent(["/history.test.ts"]), []);
  assert.equal(ledger.summary(), "1 files, 0 skipped\n1 passed, 0 failed");
});

test("a file that does not load has failed", () => {
  const ledger = new TestLedger();
  ledger.complete(whole("/a.test.ts"));
  ledger.fail(whole("/a.test.ts"));
  assert.equal(ledger.failed, 1);
});

test("suites are not tests, and a failing suite is its failing test", () => {
  const ledger = new TestLedger();
  ledger.fail({ name: "adds", file: "/a.test.ts" });
  ledger.fail({ name: "sums", file: "/a.test.ts", details: { type: "suite" } });
  ledger.pass({ name: "more", file: "/a.test.ts", details: { type: "suite" } });
  assert.deepEqual([ledger.passed, ledger.failed], [0, 1]);
});

test("skipped tests are counted apart, with their reasons", () => {
  const ledger = new TestLedger();
  ledger.pass({ name: "in a browser", file: "/a.test.ts", skip: "no chromium" });
  ledger.pass({ name: "without a reason", file: "/a.test.ts", skip: true });
  ledger.pass({ name: "later", file: "/a.test.ts", todo: true });
  ledger.fail({ name: "much later", file: "/a.test.ts", todo: "soon" });
  assert.deepEqual(ledger.skipped, ["no chromium", "without a reason"]);
  assert.deepEqual([ledger.passed, ledger.failed], [0, 0]);
});
