/** Many sessions that hear the same events: broadcast, history, replay (WHATWG HTML §9.2.4). */

import { EventEmitter } from "node:events";
import type { ResolvedChannelOptions } from "./channel-options.ts";
import { type ChannelEvent, type Filter, mayHear, Replay } from "./lag.ts";
import { type Gone, Member } from "./member.ts";
import { must, mustBeOptions } from "./protocol/errors.ts";
import { encodeEvent, formatData, isRetry } from "./protocol/event-encoder.ts";
import { History } from "./protocol/history.ts";
import type { Session } from "./session.ts";

export interface ChannelEvents<SessionState> {
  /** It is in the channel, and what is replayed to it at once has been sent. */
  "session-registered": [session: Session<SessionState>];
  /** It hears nothing any more: it is over, or the program took it out. */
  "session-deregistered": [session: Session<SessionState>];
  /** Its stream is over. `session-deregistered` follows. */
  "session-disconnected": [session: Session<SessionState>];
  /** It was sent to all. The event is the name (`message` without one), the id undefined if it has none. */
  broadcast: [data: unknown, event: string, id: string | undefined];
}

export interface BroadcastOptions<SessionState> {
  /** Name of the event; without it, it is a `message`. */
  readonly event?: string | undefined;
  /**
   * What a client names when it comes back. It should be given once only: a client that names one that was given again is
   * sent all that came after the first.
   * @default one that the history gives; none without a history
   */
  readonly id?: string | undefined;
  /**
   * Who may hear it. All are asked before anything is sent, and whoever comes back is asked again: it is kept with the event.
   * What it throws then ends the stream, and is thrown by `register`, or, when a long replay goes on later, by nobody who could
   * catch it.
   * @default everyone
   */
  readonly filter?: Filter<SessionState> | undefined;
  /**
   * While a client does not keep up and `slow` is `conflate`, the event takes the place of the one that has the same key.
   * @default the name of the event
   */
  readonly key?: string | undefined;
}

export interface Registration {
  /** How many events came after the one that the client named: they are sent first, but for those that it may not hear. */
  readonly replayed: number;
  /**
   * The client named an id that the history does not hold (any more), so that it has to be told how things stand. Nothing is
   * replayed.
   */
  readonly missed: boolean;
  /**
   * Names this moment; undefined without a history. A client that was pushed something with it, how things stand for one,
   * comes back for what is broadcast from now on, even if it has had none of it.
   */
  readonly id: string | undefined;
}

export interface CloseOptions {
  /**
   * Milliseconds over which the clients are to come back: each is told another time, so that they do not come at once.
   * @default what each was told before
   */
  readonly retry?: number | undefined;
}

/** What a channel is made of. */
export interface ChannelParts<State> {
  readonly options: ResolvedChannelOptions<State>;
  /** Milliseconds; never goes back. */
  now(): number;
  /** What no other channel has in its ids. */
  readonly epoch: string;
}

const encoder = new TextEncoder(); // bytes of their own: a piece of Node's pool, held in a history, would hold all of the pool

export class Channel<State = undefined, SessionState = unknown> extends EventEmitter<ChannelEvents<SessionState>> {
  /** The program's own. */
  state: State;
  private readonly options: ResolvedChannelOptions<State>;
  private readonly now: () => number;
  private readonly history: History<ChannelEvent<SessionState>> | undefined;
  private readonly gone: Gone<SessionState>;
  private readonly members = new Map<Session<SessionState>, Member<SessionState>>();
  /** Those who were here already: what they had before they came is replayed once only. */
  private readonly known = new WeakSet<Session<SessionState>>();
  /** The members as a list that does not change while it is gone through; undefined when they have changed. */
  private listed: readonly Member<SessionState>[] | undefined = [];

  constructor({ options, now, epoch }: ChannelParts<State>) {
    super();
    this.state = options.state;
    this.options = options;
    this.now = now;
    this.history = options.history && new History(options.history, epoch);
    const disconnect = (session: Session<SessionState>): void => this.disconnect(session);
    this.gone = function gone(): void {
      disconnect(this);
    };
  }

  get sessionCount(): number {
    return this.members.size;
  }

  get activeSessions(): readonly Session<SessionState>[] {
    return [...this.members.keys()];
  }

  /**
   * Lets a session hear what is broadcast from now on, after what it has missed since its `lastEventId`: in order, without a
   * hole, nothing twice. A long replay leaves as the client reads it, and what is broadcast meanwhile comes behind it; a client
   * that reads so slowly that the history loses what it still needs is cut.
   *
   * A session has one `lastEventId`: of several channels that it is registered with, one alone should have a history, for it
   * is `missed` by the others.
   *
   * Does nothing for a session that is registered already, or closed. One that comes again after `deregister` is replayed
   * nothing.
   * @throws what a filter throws; the session has been ended then, and is not registered
   */
  register(session: Session<SessionState>): Registration {
    this.history?.expire(this.now());
    const id = this.history?.id;
    if (session.closed || this.members.has(session)) return { replayed: 0, missed: false, id };
    const position = this.positionOf(session);
    const member = new Member(session, this.options.conflation);
    const replayed = position === undefined ? 0 : this.replay(member, position);
    this.enter(member);
    return { replayed, missed: position === undefined, id };
  }

  /** The session stays open, and hears nothing of this channel any more. Does nothing for one that is not registered. */
  deregister(session: Session<SessionState>): void {
    const member = this.members.get(session);
    if (member === undefined) return;
    this.members.delete(session);
    this.listed = undefined;
    member.leave(this.gone);
    this.emit("session-deregistered", session);
  }

  /**
   * Sends an event to all sessions, encoded once: a string as it is, anything else as JSON (what JSON has no form for as
   * `null`). What is thrown is thrown before anything is kept or sent, but for what a listener of `broadcast` throws, who is
   * told after all.
   * @returns its id; undefined if it has none
   * @throws {EventStreamError} bad-options, bad-event, bad-id, bad-filter, bad-key
   * @throws what the filter throws
   */
  broadcast(data: unknown, options: BroadcastOptions<SessionState> = {}): string | undefined {
    mustBeOptions(options);
    const { event = "message", filter, key } = options;
    must(filter === undefined || typeof filter === "function", "bad-filter");
    must(key === undefined || typeof key === "string", "bad-key");
    const text = formatData(data);
    const hearing = this.hearing(filter);
    const id = options.id ?? this.history?.nextId; // after the filter has been asked, which may broadcast itself
    const bytes = encoder.encode(encodeEvent({ event: options.event, data: text, id }));
    const sent = { bytes, id: id ?? "", key: key ?? event, filter };
    this.history?.append(sent, this.now());
    for (const member of hearing) member.receive(sent);
    this.emit("broadcast", data, event, id);
    return id;
  }

  /**
   * Ends the streams of all sessions once what was sent has left; EventSources come back after it. The channel itself goes on:
   * whoever comes back may be registered, and hears what it missed.
   * @throws {EventStreamError} bad-options, bad-retry
   */
  close(options: CloseOptions = {}): void {
    mustBeOptions(options);
    const { retry } = options;
    must(retry === undefined || isRetry(retry), "bad-retry");
    for (const session of this.activeSessions) {
      if (retry !== undefined) session.retry(Math.floor(Math.random() * (retry + 1)));
      session.close();
    }
  }

  /** Where in the history it was; undefined if that cannot be said. */
  private positionOf(session: Session<SessionState>): number | undefined {
    if (this.history === undefined) return session.lastEventId === "" || this.known.has(session) ? 0 : undefined;
    return this.known.has(session) ? this.history.end : this.history.after(session.lastEventId, this.now());
  }

  /** @returns how many events there are to replay */
  private replay(member: Member<SessionState>, position: number): number {
    const { history } = this;
    if (history === undefined) return 0;
    const replayed = history.end - position;
    member.fallBehind(new Replay(history, member.session, position));
    member.catchUp();
    return replayed;
  }

  private enter(member: Member<SessionState>): void {
    const { session } = member;
    this.known.add(session);
    this.members.set(session, member);
    this.listed = undefined;
    member.enter(this.gone);
    this.emit("session-registered", session);
  }

  private disconnect(session: Session<SessionState>): void {
    try {
      this.emit("session-disconnected", session);
    } finally {
      this.deregister(session);
    }
  }

  private hearing(filter: Filter<SessionState> | undefined): readonly Member<SessionState>[] {
    this.listed ??= [...this.members.values()];
    return filter === undefined ? this.listed : this.listed.filter(({ session }) => mayHear(filter, session));
  }
}
