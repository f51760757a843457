/** Permits for held HTTP streams, shared by all tabs of this browser: its limit of connections to a site is shared too. */

import { streamLimit } from "./stream-budget.ts";
import type { Connection, ConnectionHandler } from "./wires/connection.ts";
import { failure, type Outcome } from "./wires/event.ts";

/** Gives a permit back. */
type Release = () => void;

/** The part of the browser's lock manager that is used; pages without a secure context have none. */
export type Locks = Pick<LockManager, "request" | "query"> | undefined;

const names = Array.from({ length: streamLimit }, (_, index) => `anywire-stream-${index + 1}`);

export class StreamPermits {
  private readonly locks: Locks;
  private readonly own = new Set<string>();

  constructor(locks: Locks) {
    this.locks = locks;
  }

  /** @returns how to give it back; undefined if all are taken */
  async take(): Promise<Release | undefined> {
    if (this.locks === undefined) return () => {};
    for (const name of names) {
      const release = await this.request(name, { ifAvailable: true });
      if (release !== undefined) return release;
    }
    return undefined;
  }

  /**
   * Waits until one is free, in turn with all tabs.
   * @param aborter ends the waiting
   * @returns how to give it back; undefined if it was aborted first
   */
  async wait(aborter: AbortController): Promise<Release | undefined> {
    const { signal } = aborter;
    const waits = names.map(async (name) => {
      const release = await this.request(name, { signal });
      aborter.abort();
      return release;
    });
    const [first, ...more] = (await Promise.all(waits)).filter((release) => release !== undefined);
    for (const release of more) release();
    return first;
  }

  /** How many permits other tabs have. */
  async heldByOthers(): Promise<number> {
    const { held = [] } = (await this.locks?.query()) ?? {};
    return held.filter(({ name = "" }) => names.includes(name) && !this.own.has(name)).length;
  }

  private request(name: string, options: LockOptions): Promise<Release | undefined> {
    return new Promise((resolve) => {
      const held = this.locks?.request(name, options, (lock) => {
        if (lock === null) return resolve(undefined);
        this.own.add(name);
        return new Promise<void>((release) => resolve(release)).then(() => this.own.delete(name));
      });
      held?.catch(() => resolve(undefined)); // it was aborted
    });
  }
}

/** A connection that is opened once there is a permit for it, and gives it back when it is cut. */
export class PermittedConnection implements Connection {
  private connection: Connection | undefined;
  private release: Release | undefined;
  private readonly aborter = new AbortController();
  private isCut = false;

  constructor(permits: StreamPermits, handler: ConnectionHandler, open: () => Connection) {
    void this.start(permits, handler, open);
  }

  get cursor(): string | undefined {
    return this.connection?.cursor;
  }

  send(text: string): Promise<Outcome> {
    return this.connection?.send(text) ?? Promise.resolve(failure("not-connected", "not connected"));
  }

  cut(): void {
    this.isCut = true;
    this.aborter.abort();
    this.connection?.cut();
    this.release?.();
  }

  private async start(permits: StreamPermits, handler: ConnectionHandler, open: () => Connection): Promise<void> {
    this.release = await permits.take();
    if (this.release === undefined && !this.isCut) {
      handler.queued();
      this.release = await permits.wait(this.aborter);
    }
    if (this.isCut) this.release?.();
    else this.connection = open();
  }
}
