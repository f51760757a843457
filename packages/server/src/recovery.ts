/** Sessions by their secret: those that are connected, and those whose client may still come back. */

import type { Session } from "./session.ts";

/** A socket that is connected, as far as its session is concerned. */
export interface Resumable {
  /** Undefined if its client cannot come back. */
  readonly session: Session | undefined;
  /** Closes the link because a newer one takes over; afterwards the session is parked. */
  takeOver(): void;
}

interface SessionsOptions {
  /** Milliseconds that a parked session is kept; 0 parks none. */
  readonly age: number;
  /** Sessions parked at most; the longest away goes first. */
  readonly maxParked: number;
  readonly now: () => number;
}

export class Sessions<S extends Resumable> {
  private readonly live = new Map<string, S>();
  /** Oldest first: all are kept equally long. */
  private readonly parked = new Map<string, { readonly until: number; readonly session: Session }>();
  private readonly options: SessionsOptions;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: SessionsOptions) {
    this.options = options;
  }

  /** The socket that is connected with it. */
  find(secret: string): S | undefined {
    return this.live.get(secret);
  }

  add(socket: S): void {
    if (socket.session !== undefined) this.live.set(socket.session.secret, socket);
  }

  /** @param resumable whether the client may come back; if not, even one that is away already */
  remove(socket: S, resumable: boolean): void {
    const { session } = socket;
    if (session === undefined) return;
    if (!resumable) this.parked.delete(session.secret);
    if (this.live.get(session.secret) !== socket) return;
    this.live.delete(session.secret);
    const { age, now } = this.options;
    if (resumable && age > 0) this.parked.set(session.secret, { until: now() + age, session });
    this.expire();
    this.expireLater();
  }

  /** A session that can be resumed, live or parked, without taking it. */
  peek(secret: string): Session | undefined {
    this.expire();
    return this.parked.get(secret)?.session ?? (this.options.age > 0 ? this.live.get(secret)?.session : undefined);
  }

  /** Takes a session over: its older link is closed first. */
  claim(secret: string): Session | undefined {
    this.live.get(secret)?.takeOver();
    this.expire();
    const parked = this.parked.get(secret);
    this.parked.delete(secret);
    return parked?.session;
  }

  get sizes(): { readonly live: number; readonly parked: number } {
    return { live: this.live.size, parked: this.parked.size };
  }

  /** Even if nobody comes or goes any more. */
  private expireLater(): void {
    if (this.timer !== undefined || this.parked.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.expire();
      this.expireLater();
    }, this.options.age).unref();
  }

  private expire(): void {
    const now = this.options.now();
    for (const [secret, { until }] of this.parked) {
      if (until > now && this.parked.size <= this.options.maxParked) break;
      this.parked.delete(secret);
    }
  }
}
