/** How far a session is behind its channel: it reads the history again, or has the newest of each key wait for it. */

import { Conflation, type ConflationLimits } from "./protocol/conflation.ts";
import { must } from "./protocol/errors.ts";
import type { History } from "./protocol/history.ts";
import type { Session } from "./session.ts";

export type Filter<SessionState> = (session: Session<SessionState>) => boolean;

/**
 * @throws {EventStreamError} bad-filter, for a promise: whatever it will be, it would count as yes
 * @throws what the filter throws
 */
export function mayHear<SessionState>(filter: Filter<SessionState>, session: Session<SessionState>): boolean {
  const answer: unknown = filter(session);
  must(!(answer instanceof Object && "then" in answer), "bad-filter");
  return Boolean(answer);
}

/** An event as its channel sends it: encoded once for all. */
export interface ChannelEvent<SessionState> {
  readonly bytes: Uint8Array;
  /** Empty if it has none. */
  readonly id: string;
  readonly key: string;
  /** Who may hear it; undefined for everyone. */
  readonly filter: Filter<SessionState> | undefined;
}

/** Says where a session has to be cut, for what it still needs cannot be held. */
export const lost = Symbol("lost");

export interface Lag<SessionState> {
  /** It is sent now to those who keep up. */
  add(event: ChannelEvent<SessionState>): typeof lost | undefined;
  /** @returns what is to be sent next; undefined if nothing is */
  next(): ChannelEvent<SessionState> | typeof lost | undefined;
}

/** Goes through the history until its end, where the session is live. */
export class Replay<SessionState> implements Lag<SessionState> {
  private readonly history: History<ChannelEvent<SessionState>>;
  private readonly session: Session<SessionState>;
  private position: number;

  constructor(history: History<ChannelEvent<SessionState>>, session: Session<SessionState>, position: number) {
    this.history = history;
    this.session = session;
    this.position = position;
  }

  /** It waits in the history. */
  add(): undefined {}

  /** Who may hear an event is asked again: that can have changed since it was sent first. */
  next(): ChannelEvent<SessionState> | typeof lost | undefined {
    if (this.position < this.history.start) return lost;
    while (this.position < this.history.end) {
      const event = this.history.at(this.position++);
      if (event?.filter === undefined || mayHear(event.filter, this.session)) return event;
    }
    return undefined;
  }
}

/** The newest event of each key waits, until all have been sent. */
export class Newest<SessionState> implements Lag<SessionState> {
  private readonly waiting: Conflation<ChannelEvent<SessionState>>;

  constructor(limits: ConflationLimits) {
    this.waiting = new Conflation(limits);
  }

  add(event: ChannelEvent<SessionState>): typeof lost | undefined {
    return this.waiting.add(event) ? undefined : lost;
  }

  next(): ChannelEvent<SessionState> | undefined {
    return this.waiting.shift();
  }
}
