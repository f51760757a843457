/** Deadlines of equal length for many, with one timer: who is first in is first out. */

export class DeadlineQueue<Task> {
  /** Milliseconds that each has who is added from now on. */
  ms: number;
  /** When each is due, oldest first. */
  private readonly due = new Map<Task, number>();
  private readonly expired: (task: Task) => void;
  private timer: NodeJS.Timeout | undefined;

  /** @param ms milliseconds that each has @param expired called once for each that is not deleted in time */
  constructor(ms: number, expired: (task: Task) => void) {
    this.ms = ms;
    this.expired = expired;
    this.timer = undefined;
  }

  get size(): number {
    return this.due.size;
  }

  /** One that is there already keeps its deadline. */
  add(task: Task): void {
    if (this.due.has(task)) return;
    this.due.set(task, Date.now() + this.ms);
    this.timer ??= this.wait(this.ms);
  }

  delete(task: Task): void {
    this.due.delete(task); // the timer finds out when it is due
  }

  /** Forgets all. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.due.clear();
  }

  private wait(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.expire(), ms).unref();
  }

  private expire(): void {
    this.timer = undefined;
    const now = Date.now();
    for (const [task, at] of this.due) {
      if (at > now) {
        this.timer = this.wait(at - now);
        return;
      }
      this.due.delete(task);
      this.expired(task);
    }
  }
}
