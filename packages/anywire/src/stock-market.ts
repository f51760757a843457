/** Invented stock prices: a walk at random that keeps near the opening price. Pure: randomness and time come in. */

/** What the event `price` carries. */
export interface Price {
  readonly symbol: string;
  readonly price: number;
  /** Per cent since the opening. */
  readonly change: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

const openings: readonly (readonly [symbol: string, price: number])[] = [
  ["ACME", 104.2],
  ["GLBX", 318.75],
  ["HOOL", 187.4],
  ["INIT", 42.9],
  ["SOYL", 61.35],
  ["WONK", 250],
];

/** How many symbols there are. */
export const symbolCount = openings.length;

/** Largest step, as a share of the opening price. */
const step = 0.004;
/** How much of the way back to the opening price is taken with each step. */
const pull = 0.02;

interface Stock {
  readonly symbol: string;
  readonly opening: number;
  price: number;
}

export class StockMarket {
  private readonly stocks: Stock[] = openings.map(([symbol, price]) => ({ symbol, opening: price, price }));
  private readonly random: () => number;

  /** @param random from 0 to 1, as `Math.random` */
  constructor(random: () => number) {
    this.random = random;
  }

  /** The next symbol in turn gets a new price. */
  tick(time: number): Price {
    const stock = this.stocks.shift();
    if (stock === undefined) throw new Error("the market has no stocks");
    this.stocks.push(stock);
    const { symbol, opening } = stock;
    stock.price += opening * step * (this.random() * 2 - 1) + (opening - stock.price) * pull;
    return { symbol, price: rounded(stock.price), change: rounded((stock.price / opening - 1) * 100), time };
  }
}

/** To hundredths; never -0, which JSON would not keep. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}
