/** A stock price, as the event `price` carries it and as it is shown. */

import { isRecord } from "./wires/event.ts";

export interface Price {
  readonly symbol: string;
  readonly price: number;
  /** Per cent since the opening. */
  readonly change: number;
}

export type Trend = "up" | "down" | "flat";

/** @returns undefined if the value is no price */
export function readPrice(value: unknown): Price | undefined {
  if (!isRecord(value)) return undefined;
  const { symbol, price, change } = value;
  if (typeof symbol !== "string" || typeof price !== "number" || typeof change !== "number") return undefined;
  return { symbol, price, change };
}

export function trendOf({ change }: Price): Trend {
  if (change > 0) return "up";
  return change < 0 ? "down" : "flat";
}

const signs: Readonly<Record<Trend, string>> = { up: "▲ +", down: "▼ −", flat: "■ " };

/** Direction by sign as well, never by colour alone. */
export function formatChange(price: Price): string {
  return `${signs[trendOf(price)]}${Math.abs(price.change).toFixed(2)} %`;
}
