/** What a log has evicted: the last offsets lost per room, so that a gap is reported only where something was lost. */

import { sameList } from "./same-list.ts";

const maxRooms = 10_000;

/** Whom events without rooms are for. No room's name is a symbol. */
export const everyone = Symbol("everyone");

type Audience = string | typeof everyone;

export interface Loss {
  /** Offset of the newest event lost. */
  readonly last: number;
  /** Members of any of these rooms did not hear it: */
  readonly except: readonly string[];
  /** for them it is this offset. So who talks in a room, and is excluded from what it says, does not count that as lost. */
  readonly lastForExcluded: number;
}

export class Losses {
  /** In the order of their last loss, oldest first. */
  private readonly losses = new Map<Audience, Loss>();
  /** A room that is not listed may have lost events up to this offset: rooms forgotten to stay within bounds. */
  private floor = 0;

  add(rooms: readonly string[], except: readonly string[], offset: number): void {
    if (rooms.length === 0) this.note(everyone, except, offset);
    for (const room of rooms) this.note(room, except, offset);
    if (this.losses.size > maxRooms) this.forgetOldest();
  }

  of(audience: Audience): Loss {
    const unlisted = audience === everyone ? 0 : this.floor;
    return this.losses.get(audience) ?? { last: unlisted, except: [], lastForExcluded: unlisted };
  }

  /** Rooms listed now. */
  get size(): number {
    return this.losses.size;
  }

  private note(audience: Audience, except: readonly string[], last: number): void {
    const before = this.of(audience);
    const lastForExcluded = sameList(before.except, except) ? before.lastForExcluded : before.last;
    this.losses.delete(audience); // to the end of the order
    this.losses.set(audience, { last, except, lastForExcluded });
  }

  private forgetOldest(): void {
    for (const [audience, { last }] of this.losses) {
      if (this.losses.size <= maxRooms) break;
      if (audience === everyone) continue;
      this.losses.delete(audience);
      this.floor = last;
    }
  }
}
