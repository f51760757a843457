/** What a client keeps when its link breaks, until the session ends: the id, rooms and data of its socket (delivery: "History"). */

import type { Anything } from "@anywire/protocol/emitter";
import { Membership } from "./membership.ts";
import { randomId } from "./random-id.ts";

/** Begins every socket's id, which names its private room: rooms of that form cannot be asked for by `room=`. */
export const privateRoomPrefix = "~";

/** @returns 192 random bits */
export function createSecret(): string {
  return randomId(24);
}

/** @returns the public name of a socket: 114 random bits */
export function createSocketId(): string {
  const id = privateRoomPrefix + randomId(15).slice(1);
  return Buffer.from(id, "latin1").toString("latin1"); // in one piece: a sum of texts keeps a pair beside them as long as it lives
}

/** Who has the session; what a client is told of it. */
export interface SessionIdentity {
  /** By it the client comes back: at least 128 random bits, never the socket's id, never logged. */
  readonly secret: string;
  /** Id of its socket, and name of that socket's private room. */
  readonly socket: string;
  /** Who the client is, by `authenticate`; undefined for anonymous clients. */
  readonly principal: string | undefined;
}

export class Session implements SessionIdentity {
  readonly secret: string;
  readonly socket: string;
  readonly principal: string | undefined;
  /** Where it began in the log; empty without one. */
  startedAt: string;
  membership = new Membership();
  /** Rooms that the client asked for and was granted: they are authorised again when it comes back. */
  granted: readonly string[] = [];
  data: Anything = {};

  constructor({ secret, socket, principal }: SessionIdentity, startedAt: string) {
    this.secret = secret;
    this.socket = socket;
    this.principal = principal;
    this.startedAt = startedAt;
  }

  /** Goes on with what was kept under the same names. What the program has set since goes before what it had set then. */
  goOn({ startedAt, membership, granted, data }: Session): void {
    this.startedAt = startedAt;
    this.membership = membership;
    this.granted = granted;
    this.data = isRecord(data) && isRecord(this.data) ? { ...data, ...this.data } : data;
  }

  /** All that this one keeps; who knows the old secret has nothing of it. */
  underNewSecret(): Session {
    const session = new Session({ ...this, secret: createSecret() }, this.startedAt);
    session.goOn(this);
    session.data = this.data;
    return session;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
