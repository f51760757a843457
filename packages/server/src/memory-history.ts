/** A History in memory: a window of the newest events, limited by count, bytes and age. */

import { approximateBytes } from "./approximate-bytes.ts";
import type { History, LogEntry, LoggedEvent, Reader, ReadResult, Stay } from "./history.ts";
import { everyone, type Loss, Losses } from "./losses.ts";

export interface HistoryLimits {
  /** @default 10_000 */
  readonly events: number;
  /** Bytes of all events kept, estimated. @default 16 MiB */
  readonly bytes: number;
  /** Milliseconds that an event, and a session, is kept. @default 120_000 */
  readonly age: number;
}

export interface MemoryHistoryOptions extends HistoryLimits {
  /** Names this log: another one after each restart, so that ids of a lost log are known as such. */
  readonly epoch: string;
  /** Milliseconds, monotonic enough for ages. */
  readonly now: () => number;
}

interface Kept {
  readonly event: LoggedEvent;
  readonly bytes: number;
  readonly at: number;
}

/** A span of the log, in offsets: `after` exclusive, `until` inclusive. */
interface Span {
  readonly after: number;
  readonly until: number;
}

/** When a reader was in which room. */
type Presence = ReadonlyMap<string, readonly Span[]>;

const always: Span = { after: 0, until: Number.POSITIVE_INFINITY };

export class MemoryHistory implements History {
  readonly sessionAge: number;
  private readonly options: MemoryHistoryOptions;
  /** The window is `kept` from `head` on; what was before is released. */
  private kept: (Kept | undefined)[] = [];
  private head = 0;
  private bytes = 0;
  private newest = 0;
  private readonly losses = new Losses();
  /** Runs while there is something in the window: what is old goes even where nobody emits or reads any more. */
  private timer: NodeJS.Timeout | undefined;

  constructor(options: MemoryHistoryOptions) {
    this.options = options;
    this.sessionAge = options.age;
  }

  get position(): string {
    return this.idOf(this.newest);
  }

  /** Events in the window now. */
  get size(): number {
    return this.kept.length - this.head;
  }

  append(batch: readonly LogEntry[]): readonly string[] {
    const at = this.options.now();
    const ids = batch.map((entry) => {
      const id = this.idOf(++this.newest);
      const bytes = approximateBytes(entry.args) + entry.name.length;
      this.kept.push({ event: { ...entry, id }, bytes, at });
      this.bytes += bytes;
      return id;
    });
    this.evict();
    this.evictLater();
    return ids;
  }

  read(after: string, { stays, limit }: Reader): ReadResult {
    this.evict();
    const from = this.offsetOf(after);
    if (from === undefined || from > this.newest) return { gap: "epoch-changed" };
    const presence = this.presenceOf(stays);
    if (this.hasLost(from, presence)) return { gap: "window-exceeded" };
    return this.collect(from, presence, limit);
  }

  compare(a: string, b: string): number {
    return (this.offsetOf(a) ?? 0) - (this.offsetOf(b) ?? 0);
  }

  close(): void {
    clearTimeout(this.timer);
    this.kept = [];
    this.head = 0;
    this.bytes = 0;
  }

  private collect(from: number, presence: Presence, limit: number): ReadResult {
    const events: LoggedEvent[] = [];
    const oldest = this.oldest;
    for (let offset = Math.max(from + 1, oldest); offset <= this.newest; offset++) {
      const kept = this.kept[this.head + offset - oldest];
      if (kept === undefined || !hears(presence, kept.event, offset)) continue;
      if (events.length === limit) return { events, upTo: this.idOf(offset - 1) };
      events.push(kept.event);
    }
    return { events, upTo: this.position };
  }

  private hasLost(from: number, presence: Presence): boolean {
    if (hasLostAny(this.losses.of(everyone), { after: from, until: always.until }, presence)) return true;
    for (const [room, spans] of presence) {
      const loss = this.losses.of(room);
      for (const { after, until } of spans) {
        if (hasLostAny(loss, { after: Math.max(from, after), until }, presence)) return true;
      }
    }
    return false;
  }

  private evict(): void {
    const { events, bytes, age } = this.options;
    const oldest = this.options.now() - age;
    for (let kept = this.kept[this.head]; kept !== undefined; kept = this.kept[this.head]) {
      if (this.size <= events && this.bytes <= bytes && kept.at >= oldest) break;
      this.losses.add(kept.event.rooms, kept.event.except, this.oldest);
      this.bytes -= kept.bytes;
      this.kept[this.head] = undefined;
      this.head += 1;
    }
    if (this.head > 1024 && this.head > this.kept.length / 2) {
      this.kept = this.kept.slice(this.head); // amortised: each event is moved once on average
      this.head = 0;
    }
  }

  private evictLater(): void {
    if (this.timer !== undefined || this.size === 0) return;
    const evict = (): void => {
      this.timer = undefined;
      this.evict();
      this.evictLater();
    };
    this.timer = setTimeout(evict, this.options.age + 1).unref();
  }

  private presenceOf(stays: readonly Stay[]): Presence {
    const presence = new Map<string, Span[]>();
    for (const { room, after, until } of stays) {
      const spans = presence.get(room) ?? [];
      presence.set(room, spans);
      spans.push({
        after: after === undefined ? always.after : (this.offsetOf(after) ?? always.after),
        until: until === undefined ? always.until : (this.offsetOf(until) ?? always.after),
      });
    }
    return presence;
  }

  /** Offset of the oldest event in the window; of the next one while there is none. */
  private get oldest(): number {
    return this.newest - this.size + 1;
  }

  private idOf(offset: number): string {
    return `${this.options.epoch}-${offset}`;
  }

  /** @returns undefined if the id is not of this log */
  private offsetOf(id: string): number | undefined {
    const { epoch } = this.options;
    if (!id.startsWith(epoch) || id[epoch.length] !== "-") return undefined;
    const digits = id.slice(epoch.length + 1);
    return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
  }
}

/** Whether the reader was there to hear the event, and not excluded. */
function hears(presence: Presence, event: LogEntry, offset: number): boolean {
  const wasIn = (room: string): boolean =>
    presence.get(room)?.some(({ after, until }) => after < offset && offset <= until) ?? false;
  if (event.except.some(wasIn)) return false;
  return event.rooms.length === 0 || event.rooms.some(wasIn);
}

/** Whether the reader, who listened during `span`, lost something; in doubt yes. */
function hasLostAny(loss: Loss, span: Span, presence: Presence): boolean {
  const upTo = Math.min(loss.last, span.until);
  const wasIn = (room: string): boolean =>
    presence.get(room)?.some(({ after, until }) => after <= span.after && upTo <= until) ?? false;
  return Math.min(loss.except.some(wasIn) ? loss.lastForExcluded : loss.last, span.until) > span.after;
}
