/** A History in memory: a window of the newest events, limited by count, bytes and age. */

import { approximateBytes } from "./approximate-bytes.ts";
import type { History, LogEntry, LoggedEvent, Reader, ReadResult, Stay } from "./history.ts";
import { Losses } from "./losses.ts";

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

/** A stay in offsets: `after` exclusive, `until` inclusive. */
interface OffsetStay {
  readonly room: string;
  readonly after: number;
  readonly until: number;
}

export class MemoryHistory implements History {
  readonly sessionAge: number;
  private readonly options: MemoryHistoryOptions;
  /** The window is `kept` from `head` on; `kept[head]` has the offset `newest - length + 1`. */
  private kept: Kept[] = [];
  private head = 0;
  private bytes = 0;
  private newest = 0;
  private readonly losses = new Losses();

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
    return ids;
  }

  read(after: string, { stays, limit }: Reader): ReadResult {
    this.evict();
    const from = this.offsetOf(after);
    if (from === undefined || from > this.newest) return { gap: "epoch-changed" };
    const offsets = stays.map((stay) => this.inOffsets(stay));
    if (this.hasLost(from, offsets)) return { gap: "window-exceeded" };
    return this.collect(from, offsets, limit);
  }

  compare(a: string, b: string): number {
    return (this.offsetOf(a) ?? 0) - (this.offsetOf(b) ?? 0);
  }

  close(): void {
    this.kept = [];
    this.head = 0;
    this.bytes = 0;
  }

  private collect(from: number, stays: readonly OffsetStay[], limit: number): ReadResult {
    const events: LoggedEvent[] = [];
    const first = this.newest - this.size + 1;
    for (let offset = Math.max(from + 1, first); offset <= this.newest; offset++) {
      const kept = this.kept[this.head + offset - first];
      if (kept === undefined || !hears(stays, kept.event, offset)) continue;
      if (events.length === limit) return { events, upTo: this.idOf(offset - 1) };
      events.push(kept.event);
    }
    return { events, upTo: this.position };
  }

  private hasLost(from: number, stays: readonly OffsetStay[]): boolean {
    if (this.losses.ofEveryone > from) return true;
    return stays.some((stay) => Math.min(this.losses.of(stay.room), stay.until) > Math.max(from, stay.after));
  }

  private evict(): void {
    const { events, bytes, age } = this.options;
    const oldest = this.options.now() - age;
    for (let kept = this.kept[this.head]; kept !== undefined; kept = this.kept[this.head]) {
      if (this.size <= events && this.bytes <= bytes && kept.at >= oldest) break;
      this.losses.add(kept.event.rooms, this.newest - this.size + 1);
      this.bytes -= kept.bytes;
      this.head += 1;
    }
    if (this.head > 1024 && this.head > this.kept.length / 2) {
      this.kept = this.kept.slice(this.head); // amortised: each event is moved once on average
      this.head = 0;
    }
  }

  private inOffsets({ room, after, until }: Stay): OffsetStay {
    return {
      room,
      after: after === undefined ? 0 : (this.offsetOf(after) ?? 0),
      until: until === undefined ? Number.POSITIVE_INFINITY : (this.offsetOf(until) ?? 0),
    };
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

/** Whether someone with these stays was there to hear the event, and not excluded. */
function hears(stays: readonly OffsetStay[], event: LogEntry, offset: number): boolean {
  const wasIn = (room: string): boolean =>
    stays.some((stay) => stay.room === room && stay.after < offset && offset <= stay.until);
  if (event.except.some(wasIn)) return false;
  return event.rooms.length === 0 || event.rooms.some(wasIn);
}
