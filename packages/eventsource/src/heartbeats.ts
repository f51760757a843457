/** One timer for the heartbeats of all streams of the process. */

import { type Beating, HeartbeatSchedule } from "./protocol/heartbeat-schedule.ts";

export interface Clock {
  /** Milliseconds; never goes back. */
  now(): number;
  /** @returns what ends the wait */
  wait(milliseconds: number, then: () => void): () => void;
}

/** Does not keep the process alive: the streams' connections do. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wait: (milliseconds, then) => {
    const timer = setTimeout(then, milliseconds);
    timer.unref?.(); // other platforms' timers are numbers
    return () => clearTimeout(timer);
  },
};

export class Heartbeats {
  private readonly schedule = new HeartbeatSchedule();
  private readonly clock: Clock;
  private wakesAt: number | undefined;
  private stopWaiting: (() => void) | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Milliseconds; never goes back. */
  now(): number {
    return this.clock.now();
  }

  add(beating: Beating): void {
    this.schedule.add(beating, this.clock.now());
    this.wait();
  }

  delete(beating: Beating): void {
    this.schedule.delete(beating);
    if (this.schedule.next === undefined) this.wait();
  }

  /** Waits for the next beat, unless it is waited for already; waking early does no harm, so a later one changes nothing. */
  private wait(): void {
    const { next } = this.schedule;
    if (next !== undefined && this.wakesAt !== undefined && this.wakesAt <= next) return;
    this.stopWaiting?.();
    this.wakesAt = next;
    this.stopWaiting =
      next === undefined
        ? undefined
        : this.clock.wait(Math.max(1, Math.ceil(next - this.clock.now())), () => this.wake());
  }

  private wake(): void {
    this.wakesAt = undefined;
    this.schedule.tick(this.clock.now());
    this.wait();
  }
}

/** Those of all streams of the process. */
export const heartbeats: Heartbeats = new Heartbeats(systemClock);
