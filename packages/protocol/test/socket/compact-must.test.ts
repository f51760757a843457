/** A rule of the small codec throws its code, or nothing. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { compactMust } from "../../src/socket/compact-must.ts";

test("throws the code unless it holds", () => {
  compactMust(true, "bad-id");
  assert.throws(() => compactMust(false, "bad-id"), { name: "Error", code: "bad-id", message: "bad-id" });
});
