/** Invented prices: in turn, near the opening, in hundredths. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Price, StockMarket, symbolCount } from "../src/stock-market.ts";

/** A full-period generator: the same walk in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function ticks(market: StockMarket, count: number): Price[] {
  return Array.from({ length: count }, (_, index) => market.tick(index));
}

test("each symbol has its turn before the first comes again", () => {
  const prices = ticks(new StockMarket(seeded(1)), symbolCount * 2);
  const symbols = prices.map(({ symbol }) => symbol);
  assert.equal(new Set(symbols).size, symbolCount);
  assert.deepEqual(symbols.slice(symbolCount), symbols.slice(0, symbolCount));
});

test("a price that has not moved has changed by nothing", () => {
  const price = new StockMarket(() => 0.5).tick(7);
  assert.deepEqual(price, { symbol: "ACME", price: 104.2, change: 0, time: 7 });
});

test("a fall of less than a hundredth is 0, which JSON keeps, not -0", () => {
  const { change } = new StockMarket(() => 0.4999).tick(0);
  assert.ok(Object.is(change, 0));
});

test("change is per cent since the opening", () => {
  const { price, change } = new StockMarket(() => 1).tick(0);
  assert.equal(price, 104.62);
  assert.equal(change, 0.4);
});

for (const [name, random] of [
  ["at random", seeded(42)],
  ["always up", () => 1],
  ["always down", () => 0],
] as const) {
  test(`prices stay positive, in hundredths and within a quarter of the opening: ${name}`, () => {
    for (const { price, change } of ticks(new StockMarket(random), 60_000)) {
      assert.ok(price > 0);
      assert.equal(price, Number(price.toFixed(2)));
      assert.ok(Math.abs(change) <= 25, `${change} %`);
    }
  });
}
