/** Sessions by their secret: those that are connected, and those whose client may still come back. */

import type { MembershipRecord } from "./membership.ts";
import type { OnceTable } from "./once.ts";

/** What is kept of a socket whose link is gone. */
export interface ParkedSession {
  readonly session: string;
  readonly socket: string;
  readonly principal: string | undefined;
  /** Rooms that the client asked for and was granted: they are authorised again when it comes back. */
  readonly granted: readonly string[];
  readonly membership: MembershipRecord;
  readonly data: Record<string, unknown>;
  readonly once: OnceTable;
  /** Where the session began in the log. */
  readonly startedAt: string;
}

/** A socket that is connected, as far as its session is concerned. */
export interface Resumable {
  readonly session: string;
  readonly principal: string | undefined;
  /** Closes the link because a newer one takes over; afterwards the session is parked. */
  takeOver(): void;
  park(): ParkedSession;
}

/** Sessions parked at most; the oldest goes first. */
const maxParked = 10_000;

export class Sessions<S extends Resumable> {
  private readonly live = new Map<string, S>();
  /** Oldest first: all are kept equally long. */
  private readonly parked = new Map<string, { readonly until: number; readonly kept: ParkedSession }>();
  private readonly age: number;
  private readonly now: () => number;

  /** @param age milliseconds that a parked session is kept; 0 parks none */
  constructor(age: number, now: () => number) {
    this.age = age;
    this.now = now;
  }

  find(session: string): S | undefined {
    return this.live.get(session);
  }

  add(socket: S): void {
    this.live.set(socket.session, socket);
  }

  /** @param resumable whether the client may come back; if not, even one that is away already */
  remove(socket: S, resumable: boolean): void {
    if (!resumable) this.parked.delete(socket.session);
    if (this.live.get(socket.session) !== socket) return;
    this.live.delete(socket.session);
    this.expire();
    if (resumable && this.age > 0) {
      this.parked.set(socket.session, { until: this.now() + this.age, kept: socket.park() });
    }
  }

  /** What is known of a session, live or parked, without taking it. */
  peek(session: string): ParkedSession | undefined {
    this.expire();
    return this.parked.get(session)?.kept ?? (this.age > 0 ? this.live.get(session)?.park() : undefined);
  }

  /** Takes a session over: its older link is closed first. */
  claim(session: string): ParkedSession | undefined {
    this.live.get(session)?.takeOver();
    this.expire();
    const parked = this.parked.get(session);
    this.parked.delete(session);
    return parked?.kept;
  }

  get sizes(): { readonly live: number; readonly parked: number } {
    return { live: this.live.size, parked: this.parked.size };
  }

  private expire(): void {
    const now = this.now();
    for (const [session, { until }] of this.parked) {
      if (until > now && this.parked.size <= maxParked) break;
      this.parked.delete(session);
    }
  }
}
