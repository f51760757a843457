/** Prices on the page: what counts as one, and that its direction is told by sign as well as by colour. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatChange, readPrice } from "../../playground/price.ts";

for (const [change, text] of [
  [1.5, "▲ +1.50 %"],
  [-0.07, "▼ −0.07 %"],
  [0, "■ 0.00 %"],
] as const) {
  test(`a change of ${change} is shown as ${text}`, () => {
    assert.equal(formatChange({ symbol: "ACME", price: 1, change }), text);
  });
}

for (const value of [undefined, null, 7, "ACME", [], {}, { symbol: "ACME", price: "1", change: 0 }, { symbol: 1 }]) {
  test(`${JSON.stringify(value)} is no price`, () => assert.equal(readPrice(value), undefined));
}
