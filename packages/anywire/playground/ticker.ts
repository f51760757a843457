/** The stock ticker of a panel: one cell for each symbol, by name. */

import { find } from "./element.ts";
import { formatChange, type Price, trendOf } from "./price.ts";

/** Symbols shown at most: the page stays bounded whatever the server sends. */
const limit = 12;

export class Ticker {
  private readonly list: HTMLElement;
  private readonly cell: HTMLTemplateElement;
  private readonly cells = new Map<string, HTMLElement>();

  constructor(list: HTMLElement, cell: HTMLTemplateElement) {
    this.list = list;
    this.cell = cell;
  }

  show(price: Price): void {
    const cell = this.cells.get(price.symbol) ?? this.addCell(price.symbol);
    if (cell === undefined) return;
    const priced = find(cell, ".price", HTMLElement);
    const before = Number(priced.textContent);
    priced.textContent = price.price.toFixed(2);
    find(cell, ".change", HTMLElement).textContent = formatChange(price);
    cell.dataset.trend = trendOf(price);
    if (before !== price.price && before > 0) flash(priced, price.price > before ? "rise" : "fall");
  }

  private addCell(symbol: string): HTMLElement | undefined {
    if (this.cells.size >= limit) return undefined;
    const fragment = document.importNode(this.cell.content, true);
    const cell = find(fragment, "li", HTMLElement);
    find(cell, ".symbol", HTMLElement).textContent = symbol;
    const after = [...this.cells.keys()].filter((name) => name > symbol).sort()[0];
    this.cells.set(symbol, cell);
    this.list.insertBefore(cell, (after !== undefined && this.cells.get(after)) || null);
    return cell;
  }
}

/** Restarts the cell's animation, which the style sheet leaves out for those who want less motion. */
function flash(element: HTMLElement, direction: "rise" | "fall"): void {
  element.classList.remove("rise", "fall");
  void element.offsetWidth; // a style flush, without which the same class does not start again
  element.classList.add(direction);
}
