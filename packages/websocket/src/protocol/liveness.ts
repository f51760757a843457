/** Whether the peer is still there: silence is followed by a ping (RFC 6455 §5.5.2), further silence by the end. Times by `now`. */

export interface Heartbeat {
  /** Silence after which the peer is asked for a sign of life, in milliseconds. */
  readonly interval: number;
  /** Further silence after which it is given up, in milliseconds. */
  readonly timeout: number;
}

export class Liveness {
  private readonly heartbeat: Heartbeat;
  private heardAt: number | undefined = undefined;
  private askedAt: number | undefined = undefined;

  constructor(heartbeat: Heartbeat) {
    this.heartbeat = heartbeat;
  }

  /** Any byte is a sign of life. */
  heard(now: number): void {
    this.heardAt = now;
    this.askedAt = undefined;
  }

  /** @returns true if it is time to ask: a ping leaves now */
  asks(now: number): boolean {
    this.heardAt ??= now;
    if (this.askedAt !== undefined || now < this.heardAt + this.heartbeat.interval) return false;
    this.askedAt = now;
    return true;
  }

  /** When something is to be done next: an answer that comes meanwhile begins a new interval, however long the timeout is. */
  due(now: number): number {
    const { interval, timeout } = this.heartbeat;
    return this.askedAt === undefined
      ? (this.heardAt ?? now) + interval
      : Math.min(this.askedAt + timeout, now + interval);
  }

  /** It was asked, and has not answered in time. */
  gaveUp(now: number): boolean {
    return this.askedAt !== undefined && now >= this.askedAt + this.heartbeat.timeout;
  }
}
