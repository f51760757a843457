/** Sessions by their secret: those that are connected, and those whose client may still come back. */

import type { Session } from "./session.ts";

/** A socket that is connected, as far as its session is concerned. */
export interface Resumable {
  readonly session: Session;
  /** Closes the link because a newer one takes over; afterwards the session is parked. */
  takeOver(): void;
}

/** Sessions parked at most; the oldest goes first. */
const maxParked = 10_000;

export class Sessions<S extends Resumable> {
  private readonly live = new Map<string, S>();
  /** Oldest first: all are kept equally long. */
  private readonly parked = new Map<string, { readonly until: number; readonly session: Session }>();
  private readonly age: number;
  private readonly now: () => number;

  /** @param age milliseconds that a parked session is kept; 0 parks none */
  constructor(age: number, now: () => number) {
    this.age = age;
    this.now = now;
  }

  /** The socket that is connected with it. */
  find(secret: string): S | undefined {
    return this.live.get(secret);
  }

  add(socket: S): void {
    this.live.set(socket.session.secret, socket);
  }

  /** @param resumable whether the client may come back; if not, even one that is away already */
  remove(socket: S, resumable: boolean): void {
    const { session } = socket;
    if (!resumable) this.parked.delete(session.secret);
    if (this.live.get(session.secret) !== socket) return;
    this.live.delete(session.secret);
    this.expire();
    if (resumable && this.age > 0) this.parked.set(session.secret, { until: this.now() + this.age, session });
  }

  /** A session that can be resumed, live or parked, without taking it. */
  peek(secret: string): Session | undefined {
    this.expire();
    return this.parked.get(secret)?.session ?? (this.age > 0 ? this.live.get(secret)?.session : undefined);
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

  private expire(): void {
    const now = this.now();
    for (const [secret, { until }] of this.parked) {
      if (until > now && this.parked.size <= maxParked) break;
      this.parked.delete(secret);
    }
  }
}
