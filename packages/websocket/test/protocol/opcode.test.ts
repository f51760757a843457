/** Opcodes: which are control frames, which are kept for later. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isControl, isReserved } from "../../src/protocol/opcode.ts";

const all = Array.from({ length: 16 }, (_, code) => code);

test("the upper half of the opcodes is control frames", () => {
  assert.deepEqual(all.filter(isControl), [8, 9, 10, 11, 12, 13, 14, 15]);
});

test("six opcodes have a meaning, ten are reserved", () => {
  assert.deepEqual(
    all.filter((code) => !isReserved(code)),
    [0, 1, 2, 8, 9, 10],
  );
});
