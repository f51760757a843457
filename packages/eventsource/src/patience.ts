/** How long the program waits for one slow client: the process's one timer looks at it while something waits. */

import type { Heartbeats } from "./heartbeats.ts";
import { Backlog } from "./protocol/backlog.ts";
import type { EventSink } from "./protocol/event-sink.ts";
import type { Beating } from "./protocol/heartbeat-schedule.ts";

export interface PatienceParts {
  /** Milliseconds that any byte may wait. */
  readonly age: number;
  readonly sink: EventSink;
  readonly heartbeats: Heartbeats;
  /** Nothing waits any more (false), or a byte has waited too long (true). Called once, and the last that is heard of it. */
  readonly over: (isLost: boolean) => void;
}

/** Looks so often during an age: a byte may wait longer than it should by that part of it. */
const looksPerAge = 8;

export class Patience implements Beating {
  readonly interval: number;
  private readonly parts: PatienceParts;
  private readonly backlog: Backlog;
  private isLooking = false;

  constructor(parts: PatienceParts) {
    this.parts = parts;
    this.interval = Math.max(1, Math.ceil(parts.age / looksPerAge));
    this.backlog = new Backlog(parts.age);
  }

  /** `bytes` more wait, and now `waiting` bytes do. */
  wait(bytes: number, waiting: number): void {
    const { heartbeats } = this.parts;
    this.backlog.add(bytes, waiting, heartbeats.now());
    if (this.isLooking) return;
    this.isLooking = true;
    heartbeats.add(this);
  }

  stop(): void {
    this.isLooking = false;
    this.parts.heartbeats.delete(this);
  }

  beat(): void {
    const { sink, heartbeats, over } = this.parts;
    this.backlog.settle(sink.bufferedBytes);
    const isLost = this.backlog.isOverdue(heartbeats.now());
    if (!isLost && !this.backlog.isEmpty) return;
    this.stop();
    over(isLost);
  }
}
