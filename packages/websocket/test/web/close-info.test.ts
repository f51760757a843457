import assert from "node:assert/strict";
import { test } from "node:test";
import { closePayload, validateClose } from "../../src/web/close-info.ts";
import { bytesOf } from "../frames.ts";

const accepted: [code: number | null, reason: string, payload: string][] = [
  [null, "", ""],
  [1000, "", "03e8"],
  [3000, "", "0bb8"],
  [4999, "ok", "1387 6f6b"],
  [null, "ok", "03e8 6f6b"],
  [1000, "é\ud800", "03e8 c3a9 efbfbd"],
  [1000, "a".repeat(123), `03e8${"61".repeat(123)}`],
];

for (const [code, reason, payload] of accepted) {
  test(`${code} with ${JSON.stringify(reason.slice(0, 5))} is what the close frame says`, () => {
    assert.deepEqual(closePayload(validateClose({ code, reason })), bytesOf(payload));
  });
}

for (const code of [0, 999, 1001, 1005, 1006, 1011, 1015, 2999, 5000, 65_535]) {
  test(`${code} is an InvalidAccessError`, () => {
    assert.throws(() => validateClose({ code, reason: "" }), { constructor: DOMException, name: "InvalidAccessError" });
  });
}

test("a reason of more than 123 bytes is a SyntaxError, as lone surrogates are counted with what they become", () => {
  for (const reason of ["a".repeat(124), "é".repeat(62), "\ud800".repeat(42)]) {
    assert.throws(() => validateClose({ code: 1000, reason }), { constructor: DOMException, name: "SyntaxError" });
  }
});
