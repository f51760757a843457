/** What is remembered of the repeatable emits to one namespace: a table for each client, bounded together. */

import { maxOnceAge, OnceTable } from "./once.ts";

interface OnceLimits {
  /** Clients whose emits are remembered; who has been silent the longest goes first. */
  readonly maxClients: number;
  /** Bytes that all of it may take, estimated; who has been silent the longest goes first. */
  readonly maxBytes: number;
}

const onceLimits: OnceLimits = { maxClients: 100_000, maxBytes: 64 * 1024 * 1024 };

/** One client's. */
interface Kept {
  readonly table: OnceTable;
  usedAt: number;
  bytes: number;
}

/**
 * Whose emits they are: of an instance of our client by its nonce, under its principal; of others by the secret of their
 * session, which is longer than a nonce and has no colon.
 */
export function onceKeyOf(principal: string | undefined, nonce: string): string {
  return principal === undefined ? nonce : `${nonce}:${principal}`;
}

export class OnceTables {
  /** Who has been silent the longest is first. */
  private readonly clients = new Map<string, Kept>();
  private readonly now: () => number;
  private readonly limits: OnceLimits;
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined = undefined;

  constructor(now: () => number, limits = onceLimits) {
    this.now = now;
    this.limits = limits;
  }

  /** How many clients are remembered. */
  get size(): number {
    return this.clients.size;
  }

  /** The table of the client, for an emit that has come now. */
  of(key: string): OnceTable {
    const kept = this.clients.get(key) ?? this.open(key);
    kept.usedAt = this.now();
    this.clients.delete(key);
    this.clients.set(key, kept);
    this.expire();
    this.timer ??= this.expireLater();
    return kept.table;
  }

  private open(key: string): Kept {
    const grew = (bytes: number): void => {
      kept.bytes += bytes;
      if (this.clients.get(key) === kept) this.bytes += bytes; // what it is given later does not count any more
    };
    const kept: Kept = { table: new OnceTable(grew), usedAt: 0, bytes: 0 };
    return kept;
  }

  /** Even if nothing comes any more. */
  private expireLater(): NodeJS.Timeout {
    return setTimeout(() => {
      this.expire();
      this.timer = this.clients.size > 0 ? this.expireLater() : undefined;
    }, maxOnceAge).unref();
  }

  private expire(): void {
    const { maxClients, maxBytes } = this.limits;
    const oldest = this.now() - maxOnceAge;
    for (const [key, { usedAt, bytes }] of this.clients) {
      if (usedAt > oldest && this.clients.size <= maxClients && this.bytes <= maxBytes) break;
      this.clients.delete(key);
      this.bytes -= bytes;
    }
  }
}
