/** The tasks that the standard queues for one WebSocket: in order, never inside a call of the program's (HTML §8.1.7.3). */

export class TaskQueue {
  private readonly tasks: (() => void)[] = [];
  private busy = false;

  /** Nothing waits, and nothing is running. */
  get idle(): boolean {
    return !this.busy;
  }

  add(task: () => void): void {
    this.tasks.push(task);
    if (this.busy) return;
    this.busy = true;
    process.nextTick(run, this);
  }

  /** Between two tasks all microtasks are done: code that awaits a message has its next listener in place in time. */
  runNext(): void {
    try {
      this.tasks.shift()?.();
    } finally {
      if (this.tasks.length > 0) queueMicrotask(() => process.nextTick(run, this));
      else this.busy = false;
    }
  }
}

function run(queue: TaskQueue): void {
  queue.runNext();
}
