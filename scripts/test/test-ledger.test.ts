/** What counts as a test that ran. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TestLedger } from "../test-ledger.ts";

test("a file that only passes as a whole has run no test", () => {
  const ledger = new TestLedger();
  ledger.pass({ name: "/a.test.ts", file: "/a.test.ts" });
  ledger.pass({ name: "adds", file: "/b.test.ts" });
  assert.deepEqual(ledger.silent(["/a.test.ts", "/b.test.ts"]), ["/a.test.ts"]);
  assert.equal(ledger.summary(), "1 files, 0 skipped\n1 passed, 0 failed");
});

test("a file that does not load has failed", () => {
  const ledger = new TestLedger();
  ledger.fail({ name: "/a.test.ts", file: "/a.test.ts" });
  assert.equal(ledger.failed, 1);
  assert.deepEqual(ledger.silent(["/a.test.ts"]), ["/a.test.ts"]);
});

test("suites are not tests, and a failing suite is its failing test", () => {
  const ledger = new TestLedger();
  ledger.fail({ name: "adds", file: "/a.test.ts" });
  ledger.fail({ name: "sums", file: "/a.test.ts", details: { type: "suite" } });
  ledger.pass({ name: "more", file: "/a.test.ts", details: { type: "suite" } });
  assert.equal(ledger.summary(), "1 files, 0 skipped\n0 passed, 1 failed");
});

test("skipped tests are counted apart, with their reasons", () => {
  const ledger = new TestLedger();
  ledger.pass({ name: "in a browser", file: "/a.test.ts", skip: "no chromium" });
  ledger.pass({ name: "without a reason", file: "/a.test.ts", skip: true });
  ledger.pass({ name: "later", file: "/a.test.ts", todo: true });
  ledger.fail({ name: "much later", file: "/a.test.ts", todo: "soon" });
  assert.deepEqual(ledger.skipped, ["no chromium", "without a reason"]);
  assert.equal(ledger.summary(), "1 files, 2 skipped\n0 passed, 0 failed");
});
