/** Watches what waits for one client, and tells when it is too much or has waited too long. A timer runs only while something waits. */

import { Backlog, type BacklogLimits } from "./backlog.ts";

export interface SlowConsumerPort {
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
  private isStopped = false;

  constructor(port: SlowConsumerPort) {
    this.port = port;
    this.backlog = new Backlog(port.limits);
  }

  /** `bytes` more were sent. */
  sent(bytes: number): void {
    if (this.isStopped) return;
    this.backlog.add(bytes, this.port.waiting(), this.port.now());
    this.judge();
  }

  /** Everything has left. */
  drained(): void {
    this.backlog.settle(0);
    this.judge();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private judge(): void {
    const now = this.port.now();
    if (this.backlog.isExceeded(now)) {
      this.stop();
      this.port.exceeded();
      return;
    }
    const { deadline } = this.backlog;
    if (deadline === Number.POSITIVE_INFINITY) this.disarm();
    else this.timer ??= setTimeout(() => this.wake(), Math.max(1, deadline - now));
  }

  private wake(): void {
    this.timer = undefined;
    this.backlog.settle(this.port.waiting());
    this.judge();
  }

  private disarm(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
