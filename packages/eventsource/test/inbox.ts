/** What comes in at its own time, handed out one by one to a test that waits for it. */

export class Inbox<Item> {
  private readonly items: Item[] = [];
  private readonly waiting: ((item: Item) => void)[] = [];

  readonly add = (item: Item): void => {
    const take = this.waiting.shift();
    if (take === undefined) this.items.push(item);
    else take(item);
  };

  next(): Promise<Item> {
    const [item] = this.items.splice(0, 1);
    return item === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(item);
  }
}
