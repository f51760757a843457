/** What a log has evicted: per room the offset of the last event lost, so that a gap is reported only where something was lost. */

const maxRooms = 10_000;

export class Losses {
  /** Last offset lost of those that went to everyone. */
  ofEveryone = 0;
  /** Rooms in the order of their last loss, oldest first. */
  private readonly rooms = new Map<string, number>();
  /** A room that is not listed may have lost events up to this offset: rooms forgotten to stay within bounds. */
  private floor = 0;

  add(rooms: readonly string[], offset: number): void {
    if (rooms.length === 0) this.ofEveryone = offset;
    for (const room of rooms) {
      this.rooms.delete(room);
      this.rooms.set(room, offset);
    }
    if (this.rooms.size > maxRooms) this.forgetOldest();
  }

  of(room: string): number {
    return this.rooms.get(room) ?? this.floor;
  }

  private forgetOldest(): void {
    for (const [room, offset] of this.rooms) {
      if (this.rooms.size <= maxRooms) break;
      this.rooms.delete(room);
      this.floor = offset;
    }
  }
}
