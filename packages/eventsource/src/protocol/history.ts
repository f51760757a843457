/** What a channel has sent lately, for clients that come back (WHATWG HTML §9.2.4). Pure: time and the epoch come in. */

export interface HistoryLimits {
  /** How many events are held. */
  readonly events: number;
  /** How many bytes they have together. */
  readonly bytes: number;
  /** Milliseconds after which an event is for nobody any more who comes back. */
  readonly age: number;
}

export interface HistoryEvent {
  readonly bytes: Uint8Array;
  /** The program's own, or the history's `nextId`. An empty one leads nowhere: it makes a client forget its last. */
  readonly id: string;
}

/** So many ages an event is held: whoever has begun to read in time has one more to read on. */
const heldAges = 2;

interface Held<Event> {
  readonly event: Event;
  readonly at: number;
}

/** The events of one id. More than one if the program has given it again. */
interface Naming {
  readonly first: number;
  copies: number;
}

const offset = /^(?:0|[1-9]\d{0,15})$/;

/**
 * How it works: events have positions, 0, 1, 2 and so on, and those from `start` to `end` are held. The id `<epoch>-<n>` names
 * the moment in which n events had been sent, so it is the id of event n - 1 and leads to event n, without being stored.
 * The program's own ids are looked up. One that it gives twice leads behind the first event that has it: rather is an event
 * sent again than lost. The id of the last event that has left is still known, for behind it nothing is missing.
 */
export class History<Event extends HistoryEvent> {
  private readonly limits: HistoryLimits;
  private readonly epoch: string;
  private readonly held = new Map<number, Held<Event>>();
  private readonly namings = new Map<string, Naming>();
  private first = 0;
  private next = 0;
  private heldBytes = 0;
  private lastEvicted = "";

  /** @param epoch what no other history has in its ids: random, and a field's value (§9.2.5) */
  constructor(limits: HistoryLimits, epoch: string) {
    this.limits = limits;
    this.epoch = epoch;
  }

  /** Position of the oldest event that is held. */
  get start(): number {
    return this.first;
  }

  /** Position of the next event. */
  get end(): number {
    return this.next;
  }

  /** Bytes of all that is held. */
  get bytes(): number {
    return this.heldBytes;
  }

  /** Names this moment: what is appended from now on comes after it. */
  get id(): string {
    return this.idAt(this.next);
  }

  /** What the next event is called unless the program has an id for it. */
  get nextId(): string {
    return this.idAt(this.next + 1);
  }

  append(event: Event, now: number): void {
    this.name(event.id);
    this.held.set(this.next++, { event, at: now });
    this.heldBytes += event.bytes.length;
    while (this.held.size > this.limits.events || this.heldBytes > this.limits.bytes) this.evict();
    this.expire(now);
  }

  /** Lets go what is too old for those who come back, and for those who came in time and still read. */
  expire(now: number): void {
    for (let oldest = this.held.get(this.first); oldest !== undefined; oldest = this.held.get(this.first)) {
      if (now - oldest.at <= heldAges * this.limits.age) return;
      this.evict();
    }
  }

  /** @returns undefined if it is held no more, or is still to come */
  at(position: number): Event | undefined {
    return this.held.get(position)?.event;
  }

  /**
   * @param id what a client names as its last; empty if it had none
   * @returns the position of the first event that it has not had; undefined if some of those are not held or too old, or the
   * id is of another history
   */
  after(id: string, now: number): number | undefined {
    if (id === "") return this.next; // §9.2.4: no event with an id has come
    const position = this.offsetOf(id) ?? this.afterOwn(id);
    return position !== undefined && this.maySend(position, now) ? position : undefined;
  }

  /** What is behind it is younger. */
  private maySend(position: number, now: number): boolean {
    const held = this.held.get(position);
    return held === undefined ? position === this.next : now - held.at <= this.limits.age;
  }

  private idAt(position: number): string {
    return `${this.epoch}-${position}`;
  }

  /** As this history writes it, and no other way. */
  private offsetOf(id: string): number | undefined {
    const prefix = `${this.epoch}-`;
    const digits = id.slice(prefix.length);
    if (!id.startsWith(prefix) || !offset.test(digits)) return undefined;
    return Number(digits) <= this.next ? Number(digits) : undefined;
  }

  private afterOwn(id: string): number | undefined {
    const naming = this.namings.get(id);
    return naming && naming.first + 1;
  }

  private evict(): void {
    const leaving = this.held.get(this.first)!; // whoever calls has seen one
    this.forget(this.lastEvicted);
    this.lastEvicted = leaving.event.id;
    this.held.delete(this.first++);
    this.heldBytes -= leaving.event.bytes.length;
  }

  /** Keeps where the next event is, by the id that the program has for it. */
  private name(id: string): void {
    if (id === "" || id === this.nextId) return;
    const naming = this.namings.get(id);
    if (naming === undefined) this.namings.set(id, { first: this.next, copies: 1 });
    else naming.copies++;
  }

  private forget(id: string): void {
    const naming = this.namings.get(id);
    if (naming === undefined) return;
    naming.copies--;
    if (naming.copies === 0) this.namings.delete(id);
  }
}
