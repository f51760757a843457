/** The rooms of a socket with the place in the log of each join and leave: what a resume may replay (delivery: "Two resumes"). */

import type { Stay } from "./history.ts";

/** Stays that ended, kept for events that were on their way when the link broke. */
const maxEnded = 100;

export class Membership {
  private readonly current = new Map<string, string | undefined>();
  private ended: Stay[] = [];

  constructor(stays: readonly Stay[] = []) {
    for (const stay of stays) {
      if (stay.until === undefined) this.current.set(stay.room, stay.after);
      else this.ended.push(stay);
    }
  }

  /** @param after id of the newest event, which was still before the join; undefined to hear the room's past as well */
  join(room: string, after: string | undefined): void {
    if (!this.current.has(room)) this.current.set(room, after);
  }

  /** @param until id of the newest event, which the member still heard; undefined where nothing is logged */
  leave(room: string, until: string | undefined): void {
    const after = this.current.get(room);
    if (!this.current.delete(room) || until === undefined) return;
    this.ended.push({ room, after, until });
    if (this.ended.length > maxEnded) this.ended.shift();
  }

  /** Lets the members of `rooms` hear these rooms' past too, not only what came after their join. */
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
