/** Watches what waits for one client, and tells when it is too much or has waited too long. A timer runs only while something waits. */

import { Backlog, type BacklogLimits } from "./backlog.ts";

interface SlowConsumerPort {
  readonly limits: BacklogLimits;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Bytes that have not left the process. */
  waiting(): number;
  /** Called at most once. */
  exceeded(): void;
}

export class SlowConsumer {
  private readonly port: SlowConsumerPort;
  private readonly backlog: Backlog;
  private timer: NodeJS.Timeout | undefined;
  /** Bytes sent since it was last judged. */
  private unjudged = 0;
  private isStopped = false;

  constructor(port: SlowConsumerPort) {
    this.port = port;
    this.backlog = new Backlog(port.limits);
  }

  /** Something waits that was not sent just now: what may be dropped had better be. */
  get isCongested(): boolean {
    this.backlog.settle(this.port.waiting());
    return this.backlog.deadline !== Number.POSITIVE_INFINITY;
  }

  /** Something waits, or did lately: it has to be told of all that is sent. */
  get isWatching(): boolean {
    return this.unjudged > 0 || this.timer !== undefined;
  }

  /** `bytes` more were sent. Until the end of the tick they wait in any case, so it is judged then. */
  sent(bytes: number): void {
    if (this.isStopped) return;
    this.unjudged += bytes;
    if (this.unjudged > this.port.limits.bytes) this.judge();
    else judgeLater(this);
  }

  /** `bytes` more were sent, and written as far as the client takes them: it is judged at once. */
  written(bytes: number): void {
    this.unjudged += bytes;
    this.judge();
  }

  /** Some of what waited has left. */
  taken(): void {
    this.backlog.settle(this.port.waiting());
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** @internal */
  judge(): void {
    if (this.isStopped) return;
    const now = this.port.now();
    this.backlog.add(this.unjudged, this.port.waiting(), now);
    this.unjudged = 0;
    if (this.backlog.isExceeded(now)) {
      this.stop();
      this.port.exceeded();
    } else this.wait(this.backlog.deadline - now);
  }

  /** An armed timer is left alone: when it is due, it looks again. */
  private wait(ms: number): void {
    if (this.timer !== undefined || ms === Number.POSITIVE_INFINITY) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.judge();
    }, ms);
  }
}

const due = new Set<SlowConsumer>();

/** One immediate for all of them. */
function judgeLater(consumer: SlowConsumer): void {
  if (due.size === 0) setImmediate(judgeAll);
  due.add(consumer);
}

function judgeAll(): void {
  const consumers = [...due];
  due.clear();
  for (const consumer of consumers) consumer.judge();
}
