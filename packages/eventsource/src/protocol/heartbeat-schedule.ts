/** When which of many is to give a sign of life. Pure: time comes in as `now`, in milliseconds. */

export interface Beating {
  readonly interval: number;
  beat(): void;
}

/** A beat comes early by at most this part of its interval, so that one waking serves many. */
const batchFraction = 1 / 8;

/**
 * How it works: those of one interval stand in a Map in the order in which they are due, which is the order in which they
 * came in, because each goes to the end when it has had its turn. Looking for the next is then a look at one per interval.
 */
export class HeartbeatSchedule {
  private readonly queues = new Map<number, Map<Beating, number>>();

  /** When the next beat is due; undefined if there is none. */
  get next(): number | undefined {
    let next: number | undefined;
    for (const queue of this.queues.values()) {
      const [due] = queue.values();
      if (due !== undefined && (next === undefined || due < next)) next = due;
    }
    return next;
  }

  add(beating: Beating, now: number): void {
    let queue = this.queues.get(beating.interval);
    if (queue === undefined) {
      queue = new Map();
      this.queues.set(beating.interval, queue);
    }
    queue.delete(beating);
    queue.set(beating, now + beating.interval);
  }

  delete(beating: Beating): void {
    const queue = this.queues.get(beating.interval);
    queue?.delete(beating);
    if (queue?.size === 0) this.queues.delete(beating.interval);
  }

  /** Whatever is due beats, and is due again an interval later. */
  tick(now: number): void {
    const due = this.due(now);
    for (const beating of due) this.add(beating, now);
    for (const beating of due) if (this.has(beating)) beating.beat(); // a beat may delete others
  }

  private has(beating: Beating): boolean {
    return this.queues.get(beating.interval)?.has(beating) ?? false;
  }

  private due(now: number): Beating[] {
    const due: Beating[] = [];
    for (const [interval, queue] of this.queues) {
      const horizon = now + interval * batchFraction;
      for (const [beating, at] of queue) {
        if (at > horizon) break;
        due.push(beating);
      }
    }
    return due;
  }
}
