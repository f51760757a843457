/** Where a server finds sessions by their ids (port): those of this node, and the nodes that have the others. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { EngineSession } from "./engine-session.ts";

/** A session that another node has: a request for it is handed over as it came. */
export interface RemoteSession {
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface SessionStore {
  /** How many sessions this node has. */
  readonly size: number;
  /** A session of this node. */
  get(id: string): EngineSession | undefined;
  add(session: EngineSession): void;
  delete(session: EngineSession): void;
  /** The sessions of this node. */
  values(): IterableIterator<EngineSession>;
  /** Asked for an id that this node does not know. Left out where there is one node. */
  elsewhere?(id: string): Promise<RemoteSession | undefined>;
}

/** The sessions of one node. */
export class MemorySessionStore implements SessionStore {
  private readonly sessions = new Map<string, EngineSession>();

  get size(): number {
    return this.sessions.size;
  }

  get(id: string): EngineSession | undefined {
    return this.sessions.get(id);
  }

  add(session: EngineSession): void {
    this.sessions.set(session.id, session);
  }

  delete(session: EngineSession): void {
    if (this.sessions.get(session.id) === session) this.sessions.delete(session.id);
  }

  values(): IterableIterator<EngineSession> {
    return this.sessions.values();
  }
}
