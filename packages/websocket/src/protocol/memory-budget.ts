/** What a whole process may hold for messages that have not ended: many connections together, each below its own limit. */

export class MemoryBudget {
  /** Bytes. Smaller than what is held already: nothing more is taken until enough was given back. */
  limit: number;
  private held = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.held;
  }

  /** @returns false, and takes nothing, if it would go over the limit */
  take(bytes: number): boolean {
    if (this.held + bytes > this.limit) return false;
    this.held += bytes;
    return true;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }
}
