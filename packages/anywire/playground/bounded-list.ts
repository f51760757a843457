/** A list on the page that keeps its newest lines, and stays scrolled to them while the reader is at the end. */

/** A reader this near to the end (in pixels) is at the end. */
const slack = 24;

export class BoundedList {
  private readonly list: HTMLElement;
  private readonly scroller: HTMLElement;
  private readonly limit: number;

  /** @param limit lines kept; the oldest goes first */
  constructor(list: HTMLElement, scroller: HTMLElement, limit: number) {
    this.list = list;
    this.scroller = scroller;
    this.limit = limit;
    scroller.tabIndex = 0; // a keyboard scrolls it too, in every browser
  }

  add(line: HTMLElement): void {
    const { scroller, list } = this;
    const wasAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < slack;
    list.append(line);
    while (list.childElementCount > this.limit) list.firstElementChild?.remove();
    if (wasAtEnd) scroller.scrollTop = scroller.scrollHeight;
  }
}
