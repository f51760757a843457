/** The default limits are finite. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { payloadLimits } from "../../src/engine.ts";

test("a payload has at most a hundred thousand packets", () =>
  assert.deepEqual(payloadLimits, { maxPackets: 100_000 }));
