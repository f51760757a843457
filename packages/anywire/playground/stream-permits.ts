/** Permits for held HTTP streams, shared by all tabs of this browser: its limit of connections to a site is shared too. */

import { streamLimit } from "./stream-budget.ts";
import type { Connection, ConnectionHandler } from "./wires/connection.ts";
import { failure, type Outcome } from "./wires/event.ts";

/** Gives a permit back. */
type Release = () => void;

/** The part of the browser's lock manager that is used; pages without a secure context have none. */
export type Locks = Pick<LockManager, "request"> | undefined;

/** Milliseconds until a stream that found no permit asks again. */
const retryAfter = 3_000;

/** @returns how to give it back; undefined if all are taken */
export async function takePermit(locks: Locks): Promise<Release | undefined> {
  if (locks === undefined) return () => {};
  for (let number = 1; number <= streamLimit; number++) {
    const release = await tryLock(locks, `anywire-stream-${number}`);
    if (release !== undefined) return release;
  }
  return undefined;
}

function tryLock(locks: NonNullable<Locks>, name: string): Promise<Release | undefined> {
  return new Promise((resolve) => {
    void locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock === null) return resolve(undefined);
      return new Promise<void>((release) => resolve(release));
    });
  });
}

/** A connection that is opened once there is a permit for it, and gives it back when it is cut. */
export class PermittedConnection implements Connection {
  private connection: Connection | undefined;
  private release: Release | undefined;
  private isCut = false;

  constructor(locks: Locks, handler: ConnectionHandler, open: () => Connection) {
    void this.start(locks, handler, open);
  }

  get cursor(): string | undefined {
    return this.connection?.cursor;
  }

  send(text: string): Promise<Outcome> {
    return this.connection?.send(text) ?? Promise.resolve(failure("not-connected", "not connected"));
  }

  cut(): void {
    this.isCut = true;
    this.connection?.cut();
    this.release?.();
  }

  private async start(locks: Locks, handler: ConnectionHandler, open: () => Connection): Promise<void> {
    this.release = await takePermit(locks);
    if (this.isCut) this.release?.();
    else if (this.release !== undefined) this.connection = open();
    else handler.lost(`all ${streamLimit} HTTP streams are held, some by other tabs`, retryAfter);
  }
}
