/** The rooms of a socket with the place in the log of each join and leave: what a resume may replay (delivery: "Two resumes"). */

import type { Stay } from "./history.ts";

/** Stays that ended, kept for events that were on their way when the link broke. */
const maxEnded = 100;

export class Membership {
  /** The newest id heard in a stay that is no longer kept: who has nothing newer may have missed it. */
  forgottenUpTo: string | undefined;
  private readonly current = new Map<string, string | undefined>();
  private readonly ended: Stay[] = [];

  /** @param after id of the newest event, which was still before the join */
  join(room: string, after: string | undefined): void {
    if (!this.current.has(room)) this.current.set(room, after);
  }

  /** @param until id of the newest event, which the member still heard; undefined where nothing is logged */
  leave(room: string, until: string | undefined): void {
    const after = this.current.get(room);
    if (!this.current.delete(room) || until === undefined || until === after) return;
    this.ended.push({ room, after, until });
    if (this.ended.length > maxEnded) this.forgottenUpTo = this.ended.shift()?.until;
  }

  /** Lets the member hear the past of these rooms too, not only what came after its joins. */
  openPast(rooms: Iterable<string>): void {
    for (const room of rooms) if (this.current.has(room)) this.current.set(room, undefined);
  }

  get rooms(): Iterable<string> {
    return this.current.keys();
  }

  get stays(): readonly Stay[] {
    return [...this.ended, ...Array.from(this.current, ([room, after]) => ({ room, after, until: undefined }))];
  }
}
