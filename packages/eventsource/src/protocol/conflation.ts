/** What waits for a client that does not keep up: of each key the newest event alone. Pure. */

export interface ConflationLimits {
  /** How many events wait, which is how many keys. */
  readonly events: number;
  /** How many bytes they have together. */
  readonly bytes: number;
}

export interface ConflatedEvent {
  readonly bytes: Uint8Array;
  readonly key: string;
}

export class Conflation<Event extends ConflatedEvent> {
  private readonly limits: ConflationLimits;
  /** Older events stand before newer ones. */
  private readonly waiting = new Map<string, Event>();
  private waitingBytes = 0;

  constructor(limits: ConflationLimits) {
    this.limits = limits;
  }

  get size(): number {
    return this.waiting.size;
  }

  /** Bytes of all that waits. */
  get bytes(): number {
    return this.waitingBytes;
  }

  /**
   * Takes the place of the event of its key, at the end.
   * @returns false if more waits than may
   */
  add(event: Event): boolean {
    this.delete(event.key);
    this.waiting.set(event.key, event);
    this.waitingBytes += event.bytes.length;
    return this.waiting.size <= this.limits.events && this.waitingBytes <= this.limits.bytes;
  }

  /** Takes the oldest out. */
  shift(): Event | undefined {
    const [oldest] = this.waiting.values();
    if (oldest !== undefined) this.delete(oldest.key);
    return oldest;
  }

  private delete(key: string): void {
    const event = this.waiting.get(key);
    if (event === undefined) return;
    this.waiting.delete(key);
    this.waitingBytes -= event.bytes.length;
  }
}
