/** A session in a channel: live, or behind and catching up as its client reads. */

import { type ChannelEvent, type Lag, lost, Newest } from "./lag.ts";
import type { ConflationLimits } from "./protocol/conflation.ts";
import type { Session } from "./session.ts";

/** One function for all members of a channel. */
export type Gone<SessionState> = (this: Session<SessionState>) => void;

export class Member<SessionState> {
  readonly session: Session<SessionState>;
  /** Undefined: a session that does not keep up is sent everything, until its budget cuts it. */
  private readonly conflation: ConflationLimits | undefined;
  private lag: Lag<SessionState> | undefined = undefined;
  private drained: (() => void) | undefined = undefined;

  constructor(session: Session<SessionState>, conflation: ConflationLimits | undefined) {
    this.session = session;
    this.conflation = conflation;
  }

  /** @param gone called when the session is over, with it as `this` */
  enter(gone: Gone<SessionState>): void {
    allowListeners(this.session, 1);
    this.session.prependListener("close", gone); // no mistake of another listener keeps it in the channel
  }

  leave(gone: Gone<SessionState>): void {
    this.keepUp();
    this.session.off("close", gone);
    allowListeners(this.session, -1);
  }

  /** Runs for each session and event, so it allocates nothing as long as the session keeps up. */
  receive(event: ChannelEvent<SessionState>): void {
    if (this.lag === undefined && this.conflation !== undefined && this.session.congested) {
      this.fallBehind(new Newest(this.conflation));
    }
    if (this.lag === undefined) this.session.write(event.bytes);
    else if (this.lag.add(event) === lost) this.cut();
  }

  fallBehind(lag: Lag<SessionState>): void {
    this.lag = lag;
    this.drained = () => this.catchUp();
    this.session.on("drain", this.drained);
  }

  /**
   * Sends what waits, as much as the client takes; the rest follows when it has taken that.
   * @throws what a filter throws; the stream has been ended, for a client that comes back is asked about again
   */
  catchUp(): void {
    try {
      while (this.lag !== undefined && this.sendNext(this.lag));
    } catch (error) {
      this.keepUp();
      this.session.destroy();
      throw error;
    }
  }

  /** @returns false if that is all for now */
  private sendNext(lag: Lag<SessionState>): boolean {
    const event = lag.next();
    if (event === undefined) this.keepUp();
    else if (event === lost) this.cut();
    else return this.session.write(event.bytes);
    return false;
  }

  private keepUp(): void {
    if (this.drained === undefined) return;
    this.session.off("drain", this.drained);
    this.drained = undefined;
    this.lag = undefined;
  }

  private cut(): void {
    this.keepUp();
    this.session.destroy("slow");
  }
}

/** Sessions in many channels have many listeners, which are no leak. */
function allowListeners(session: Session<unknown>, count: number): void {
  const limit = session.getMaxListeners();
  if (limit > 0) session.setMaxListeners(limit + count);
}
