/** One timing wheel for the deadlines of all sockets: heartbeats and closing handshakes. */

import type { Deadlines, Timed } from "./node/deadlines.ts";
import { throwLater } from "./node/throw-later.ts";

export interface Clock {
  now(): number;
  /** Calls `turn` about every `ms` milliseconds, without keeping the process alive. @returns what stops it */
  every(ms: number, turn: () => void): () => void;
}

/** Deadlines are met up to a slot late. */
const slotWidth = 100;
const slotCount = 512;

interface Entry {
  readonly slot: Set<Timed>;
  readonly due: number;
}

export class TimingWheel implements Deadlines {
  private readonly clock: Clock;
  private readonly slots: ReadonlyArray<Set<Timed>> = Array.from({ length: slotCount }, () => new Set<Timed>());
  private readonly entries = new Map<Timed, Entry>();
  /** The last slot that was looked at, counted from the beginning of time. */
  private turned = 0;
  private seen = 0;
  private leftOut = false;
  private stop: (() => void) | undefined = undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** While the wheel turns, as of its last turn: a chunk costs no look at the clock. */
  get now(): number {
    return this.stop === undefined ? this.clock.now() : this.seen;
  }

  time(): number {
    return this.clock.now();
  }

  schedule(task: Timed, due: number): void {
    this.cancel(task);
    if (this.stop === undefined) this.start();
    const slot = this.slotAt(Math.max(Math.ceil(due / slotWidth), this.turned + 1));
    slot.add(task);
    this.entries.set(task, { slot, due });
  }

  cancel(task: Timed): void {
    this.entries.get(task)?.slot.delete(task);
    this.entries.delete(task);
    if (this.entries.size > 0) return;
    this.stop?.();
    this.stop = undefined;
  }

  private start(): void {
    this.seen = this.clock.now();
    this.turned = Math.floor(this.seen / slotWidth);
    this.stop = this.clock.every(slotWidth, () => this.turn());
  }

  /**
   * After a time in which the process was blocked or asleep, one turn is left out: what came in meanwhile is read first,
   * and nobody is given up for our own silence.
   */
  private turn(): void {
    const now = this.clock.now();
    const blocked = !this.leftOut && now - this.seen > 3 * slotWidth;
    this.seen = now;
    this.leftOut = blocked;
    if (blocked) return;
    const target = Math.floor(now / slotWidth);
    const first = Math.max(this.turned + 1, target - slotCount + 1);
    this.turned = target;
    for (let at = first; at <= target; at++) this.fire(this.slotAt(at), now);
  }

  private fire(slot: Set<Timed>, now: number): void {
    for (const task of [...slot]) {
      const entry = this.entries.get(task);
      if (entry === undefined || entry.slot !== slot || entry.due > now) continue;
      try {
        this.call(task, entry, now);
      } catch (error) {
        throwLater(error); // a listener that throws is no reason to forget the others
      }
    }
  }

  private call(task: Timed, entry: Entry, now: number): void {
    const due = task.tick(now);
    if (due === Infinity) this.cancel(task);
    else if (this.entries.get(task) === entry) this.schedule(task, due);
  }

  private slotAt(index: number): Set<Timed> {
    const slot = this.slots[index % slotCount];
    if (slot === undefined) throw new RangeError("a slot behind the wheel");
    return slot;
  }
}
