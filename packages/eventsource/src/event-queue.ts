/** The events of a source for one `for await`: those that come while the program is busy with another wait here, in order. */

/** What may wait; when one of them is reached, the source reads no more until all of it is taken. */
const highWaterMarks = { events: 1_024, characters: 1_048_576 };

export class EventQueue implements AsyncIterableIterator<MessageEvent> {
  private events: MessageEvent[] = [];
  /** Those before it have been taken. */
  private position = 0;
  /** Of what waits: data, names and ids. */
  private characters = 0;
  private waiting: Waiting[] = [];
  private outcome: { readonly error: unknown } | undefined;
  private roomMade: (() => void) | undefined;
  private readonly left: (queue: EventQueue) => void;

  /** @param left called when the program leaves its loop */
  constructor(left: (queue: EventQueue) => void) {
    this.left = left;
  }

  /** @returns a promise, where the next is to wait until there is room again */
  push(event: MessageEvent): Promise<void> | undefined {
    const taker = this.waiting.shift();
    if (taker !== undefined) {
      taker.resolve({ done: false, value: event });
      return undefined;
    }
    this.events.push(event);
    this.characters += String(event.data).length + event.type.length + event.lastEventId.length;
    if (this.events.length < highWaterMarks.events && this.characters < highWaterMarks.characters) return undefined;
    return new Promise((resolve) => {
      this.roomMade = resolve;
    });
  }

  /** No more will come. @param error what the loop throws, once it has had the rest; none where it just ends */
  end(error?: unknown): void {
    if (this.outcome !== undefined) return;
    this.outcome = { error };
    this.roomMade?.();
    for (const taker of this.waiting.splice(0)) this.settle(taker);
  }

  next(): Promise<IteratorResult<MessageEvent, undefined>> {
    const event = this.take();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    return new Promise((resolve, reject) => {
      const taker = { resolve, reject };
      if (this.outcome === undefined) this.waiting.push(taker);
      else this.settle(taker);
    });
  }

  return(): Promise<IteratorResult<MessageEvent, undefined>> {
    this.empty();
    this.end();
    this.left(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private take(): MessageEvent | undefined {
    const event = this.events[this.position];
    if (event === undefined) return undefined;
    this.position += 1;
    if (this.position === this.events.length) this.empty();
    return event;
  }

  private empty(): void {
    this.events = [];
    this.position = 0;
    this.characters = 0;
    this.roomMade?.();
    this.roomMade = undefined;
  }

  /** An error is thrown once; after it, the loop is over. */
  private settle({ resolve, reject }: Waiting): void {
    const error = this.outcome?.error;
    this.outcome = { error: undefined };
    if (error === undefined) resolve({ done: true, value: undefined });
    else reject(error);
  }
}

interface Waiting {
  resolve(result: IteratorResult<MessageEvent, undefined>): void;
  reject(error: unknown): void;
}
