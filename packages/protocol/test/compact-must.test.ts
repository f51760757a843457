/** A rule of the small codec throws, or does nothing. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { compactMust } from "../src/compact-must.ts";

test("throws unless it holds", () => {
  compactMust(true);
  assert.throws(() => compactMust(false), { message: "bad packet" });
});
