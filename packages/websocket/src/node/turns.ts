/** The order of one direction: while a message is with zlib's threads, all that comes after it waits. */

type Step = () => void;

export class Turns {
  private state: "free" | "held" | "passing" | "closed" = "free";
  private waiting: Step[] = [];

  /** Takes `step` now, or after all that wait. */
  take(step: Step): void {
    if (this.state === "free") step();
    else if (this.state !== "closed") this.waiting.push(step);
  }

  /** Said within a step: it goes on later, and ends with `pass`. */
  hold(): void {
    this.state = "held";
  }

  /** The step that held ends with `last`; then those go on that have waited. */
  pass(last: Step): void {
    if (this.state === "closed") return;
    this.state = "passing";
    this.waiting.unshift(last);
    this.go();
  }

  /** Nothing is taken from now on, and what has not begun never does. */
  close(): void {
    this.state = "closed";
    this.waiting = [];
  }

  private go(): void {
    try {
      while (this.isPassing()) this.next();
    } finally {
      if (this.isPassing()) process.nextTick(() => this.go()); // a step threw: the others have their turn all the same
    }
  }

  private next(): void {
    const step = this.waiting.shift();
    if (step === undefined) this.state = "free";
    else step();
  }

  private isPassing(): boolean {
    return this.state === "passing";
  }
}
