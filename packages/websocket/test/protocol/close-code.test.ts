/** Close codes: the borders of every range of the registry. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { closeCode, maySendCloseCode } from "../../src/protocol/close-code.ts";

const allowed = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3003, 3999, 4000, 4999];
const refused = [-1, 0, 999, 1004, 1005, 1006, 1015, 1016, 1999, 2000, 2999, 5000, 65_535, 1000.5, Number.NaN];

for (const code of allowed) {
  test(`${code} may be in a close frame`, () => assert.equal(maySendCloseCode(code), true));
}
for (const code of refused) {
  test(`${code} may not be in a close frame`, () => assert.equal(maySendCloseCode(code), false));
}

test("of the registered codes, three are only seen", () => {
  const seen = Object.values(closeCode).filter((code) => !maySendCloseCode(code));
  assert.deepEqual(seen, [1005, 1006, 1015]);
});
