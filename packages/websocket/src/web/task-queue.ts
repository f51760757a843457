/** The tasks that the standard queues for one WebSocket: in order, never inside a call of the program's (HTML §8.1.7.3). */

export class TaskQueue {
  private added: (() => void)[] = [];
  /** The next is the last: taken from the front, thousands of tasks would be moved for each. */
  private due: (() => void)[] = [];
  private busy = false;

  /** Nothing waits, and nothing is running, nor are its microtasks. */
  get idle(): boolean {
    return !this.busy;
  }

  add(task: () => void): void {
    this.added.push(task);
    if (this.busy) return;
    this.busy = true;
    process.nextTick(run, this);
  }

  /** Between two tasks all microtasks are done: code that awaits a message has its next listener in place in time. */
  runNext(): void {
    const task = this.take();
    this.busy = task !== undefined;
    if (task === undefined) return;
    try {
      task();
    } finally {
      queueMicrotask(() => process.nextTick(run, this));
    }
  }

  private take(): (() => void) | undefined {
    if (this.due.length === 0) [this.due, this.added] = [this.added.reverse(), this.due];
    return this.due.pop();
  }
}

function run(queue: TaskQueue): void {
  queue.runNext();
}
