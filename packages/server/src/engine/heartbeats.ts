/** The heartbeats of all sessions of a server, on one wheel: a session costs no timer (engine.io-protocol, "Heartbeat"). */

import { type Heartbeat, serverPings } from "@anywire/protocol/engine";
import type { EngineProtocol } from "./transport.ts";

/** A session, as far as its heart is concerned. */
export interface Beating {
  readonly protocol: EngineProtocol;
  readonly heartbeat: Heartbeat;
  /** Any byte from the client counts as life. */
  readonly bytesRead: number;
  /** `bytesRead` when the sign of life began to be waited for. */
  lifeMark: number;
  /** The turn of the wheel at which it is looked at next; 0 for one that is not on it. */
  turn: number;
  /** Sends a ping. */
  ping(): void;
  /** No sign of life came in time. */
  expire(): void;
}

export interface HeartbeatClock {
  /** Whole milliseconds of a clock that never goes back. */
  now(): number;
  /** Calls `turn` about every `ms` milliseconds, when what has come in was read. @returns what stops it */
  every(ms: number, turn: () => void): () => void;
}

interface HeartbeatPeriods {
  readonly pingInterval: number;
  readonly pingTimeout: number;
}

/** Deadlines are met up to a turn late: it is a part of the shorter period, and no more than this. */
const longestTurn = 100;
const turnsPerPeriod = 20;

export class Heartbeats {
  private readonly clock: HeartbeatClock;
  private readonly periods: HeartbeatPeriods;
  /** Milliseconds between two turns. */
  private readonly width: number;
  /** By turn. Who is to be looked at later than it lies here is moved only when its turn has come. */
  private readonly buckets = new Map<number, Set<Beating>>();
  private size = 0;
  private turned = 0;
  private stop: (() => void) | undefined = undefined;

  constructor(periods: HeartbeatPeriods, clock: HeartbeatClock = processClock) {
    this.clock = clock;
    this.periods = periods;
    const part = Math.floor(Math.min(periods.pingInterval, periods.pingTimeout) / turnsPerPeriod);
    this.width = Math.min(longestTurn, Math.max(1, part));
  }

  now(): number {
    return this.clock.now();
  }

  add(session: Beating): void {
    if (this.size === 0) this.start();
    this.size++;
    session.lifeMark = session.bytesRead;
    this.place(session);
  }

  delete(session: Beating): void {
    if (session.turn === 0) return;
    this.buckets.get(session.turn)?.delete(session);
    session.turn = 0;
    this.size--;
    if (this.size > 0) return;
    this.stop?.();
    this.stop = undefined;
    this.buckets.clear();
  }

  /** A ping or a pong came. */
  heard(session: Beating): void {
    session.lifeMark = session.bytesRead; // its own bytes are no second sign
    session.heartbeat.heard(this.now());
    if (session.turn > this.turnOf(session)) this.move(session); // a later look would come too late
  }

  private move(session: Beating): void {
    this.buckets.get(session.turn)?.delete(session);
    this.place(session);
  }

  private turnOf({ heartbeat }: Beating): number {
    return Math.max(Math.ceil(heartbeat.deadline / this.width), this.turned + 1);
  }

  private start(): void {
    this.turned = Math.floor(this.now() / this.width);
    this.stop = this.clock.every(this.width, () => this.turn());
  }

  private place(session: Beating): void {
    session.turn = this.turnOf(session);
    const bucket = this.buckets.get(session.turn);
    if (bucket === undefined) this.buckets.set(session.turn, new Set([session]));
    else bucket.add(session);
  }

  private turn(): void {
    const now = this.now();
    const target = Math.floor(now / this.width);
    while (this.turned < target && this.size > 0) {
      const due = this.buckets.get(++this.turned);
      if (due === undefined) continue;
      this.buckets.delete(this.turned);
      for (const session of due) this.tend(session, now);
    }
  }

  private tend(session: Beating, now: number): void {
    try {
      this.look(session, now);
    } catch (error) {
      process.nextTick(raise, error); // a listener that throws is no reason to forget the others
    }
  }

  private look(session: Beating, now: number): void {
    if (session.turn === 0) return; // closed meanwhile, by what another has caused
    const { heartbeat } = session;
    if (now >= heartbeat.deadline) this.hear(session, now);
    const task = heartbeat.tick(now);
    if (task === "timeout") {
      this.delete(session);
      return session.expire();
    }
    this.place(session);
    if (task !== "ping") return;
    session.lifeMark = session.bytesRead;
    session.ping();
  }

  /** Bytes that came since the mark are life. */
  private hear(session: Beating, now: number): void {
    const { heartbeat, bytesRead, protocol } = session;
    const { pingInterval, pingTimeout } = this.periods;
    if (bytesRead === session.lifeMark) return;
    session.lifeMark = bytesRead;
    if (serverPings(protocol))
      heartbeat.heard(heartbeat.deadline - pingTimeout); // as if at once: the client waits for the next ping
    else heartbeat.heard(now - pingInterval); // the client's ping is due: it has the timeout once more
  }
}

function raise(error: unknown): never {
  throw error;
}

/** A turn comes behind all input that waits: nobody is given up for our own silence. */
const processClock: HeartbeatClock = {
  now: () => Math.round(performance.now()),
  every(ms, turn) {
    const timer = setInterval(() => setImmediate(turn), ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};
