/** What is queued for a poll session: events in order, each kept until a poll brings back a cursor that is past it. */

import { type Cursor, formatCursor } from "./cursor.ts";

/** An event as it stands in a poll's answer. */
export interface PollEntry {
  /** Its envelope. */
  readonly json: string;
  readonly bytes: number;
  readonly id: string | undefined;
}

export class PollQueue {
  /** Bytes of all that was not fetched for sure. */
  bytes = 0;
  private entries: { readonly entry: PollEntry; readonly at: number }[] = [];
  /** Where the client is: the last event that it has for sure. */
  private confirmed: Cursor;
  /** Number of the last event that was in an answer. */
  private offered = 0;

  /**
   * @param name tells its cursors from those of any other queue
   * @param id the last event id that the client has
   */
  constructor(name: string, id: string | undefined) {
    this.confirmed = { queue: name, sequence: 0, id };
  }

  get size(): number {
    return this.entries.length;
  }

  /** Events that were in no answer yet. */
  get fresh(): number {
    return this.confirmed.sequence + this.entries.length - this.offered;
  }

  /** When the oldest event was queued. */
  get oldest(): number | undefined {
    return this.entries[0]?.at;
  }

  push(entries: readonly PollEntry[], now: number): void {
    for (const entry of entries) {
      this.entries.push({ entry, at: now });
      this.bytes += entry.bytes;
    }
  }

  /**
   * Lets go what a client that sends this has: a cursor of this queue, or the id of an event that was in an answer.
   * Anything else confirms nothing.
   */
  confirm(since: Partial<Cursor> | undefined): void {
    const sequence = since?.queue === undefined ? this.offeredWith(since?.id) : this.sequenceIn(since);
    const count = sequence - this.confirmed.sequence;
    if (count <= 0) return;
    const taken = this.entries.slice(0, count);
    this.entries = this.entries.slice(count);
    for (const { entry } of taken) this.bytes -= entry.bytes;
    this.confirmed = this.cursorAfter(taken.map(({ entry }) => entry));
  }

  /** All that is queued, with the cursor that confirms it. */
  offer(): { readonly events: readonly string[]; readonly next: string } {
    const entries = this.entries.map(({ entry }) => entry);
    const next = this.cursorAfter(entries);
    this.offered = next.sequence;
    return { events: entries.map(({ json }) => json), next: formatCursor(next) };
  }

  /** Nothing, with the cursor that the client has. */
  offerNothing(): { readonly events: readonly string[]; readonly next: string } {
    return { events: [], next: formatCursor(this.confirmed) };
  }

  /** Drops what is queued. The client's place stays where it was: what the history still has can be replayed from there. */
  clear(): void {
    const sequence = this.confirmed.sequence + this.entries.length;
    this.confirmed = { ...this.confirmed, sequence };
    this.offered = sequence;
    this.entries = [];
    this.bytes = 0;
  }

  private sequenceIn({ queue, sequence = 0 }: Partial<Cursor>): number {
    return queue === this.confirmed.queue && sequence <= this.offered ? sequence : 0;
  }

  /** Number of the last event with this id that was in an answer; 0 for none. */
  private offeredWith(id: string | undefined): number {
    if (id === undefined) return 0;
    const offered = this.entries.slice(0, this.offered - this.confirmed.sequence);
    const at = offered.findLastIndex(({ entry }) => entry.id === id);
    return at === -1 ? 0 : this.confirmed.sequence + at + 1;
  }

  private cursorAfter(entries: readonly PollEntry[]): Cursor {
    const id = entries.findLast((entry) => entry.id !== undefined)?.id ?? this.confirmed.id;
    return { ...this.confirmed, sequence: this.confirmed.sequence + entries.length, id };
  }
}
