/** Event streams, WHATWG HTML §9.2.5 and §9.2.6: decoded text in, cut anywhere; events out. Pure, in linear time and bounded memory. */

import { BufferLimitError } from "./errors.ts";
import { EventAssembler, type EventStreamHandler } from "./event-assembler.ts";
import { LineReader } from "./line-reader.ts";

export type { EventStreamHandler } from "./event-assembler.ts";

/** 100 Mi characters. */
export const defaultMaxBufferSize = 100 * 1024 * 1024;

/** A text of up to so many characters may be held by what was cut from it; a longer one is let go when it has been read. */
const longText = 1024;

/**
 * How it works: the line reader (§9.2.5) says where in the text a line lies, the assembler (§9.2.6) cuts out the values it needs. What a
 * text leaves unfinished is kept as pieces, which are written together once, and is counted at the end of the text: until then the text
 * itself is in memory anyway.
 */
export class EventParser {
  private readonly maxBufferSize: number;
  private readonly assembler: EventAssembler;
  private readonly lines: LineReader;
  private limitExceeded = false;
  /** All that came since what is kept was counted: no text leaves more than it has. */
  private keptAtMost = 0;

  /** @param maxBufferSize characters kept for an unfinished line and an unfinished event, together */
  constructor(handler: EventStreamHandler, maxBufferSize: number) {
    this.maxBufferSize = maxBufferSize;
    this.assembler = new EventAssembler(handler);
    this.lines = new LineReader(this.assembler);
  }

  /** Whether more was left unfinished than is kept: `receive` throws until `reset`. */
  get overflowed(): boolean {
    return this.limitExceeded;
  }

  /** Whether the text so far ends within a line. */
  get inLine(): boolean {
    return this.lines.pending > 0;
  }

  /**
   * Decoded text, cut anywhere. One BOM at the very beginning is taken away (so decoders run with ignoreBOM: true).
   * What a handler throws is thrown when the text has been read to its end, only the first of several; a handler that calls `reset`
   * ends the reading at once. Not to be called by a handler, but for a new stream after `reset`.
   * @throws {BufferLimitError} and again at each call until reset
   */
  receive(text: string): void {
    if (this.limitExceeded) throw new BufferLimitError(this.maxBufferSize);
    if (this.lines.atLineStart && this.assembler.wholeEvent(text)) return;
    this.keptAtMost += text.length;
    try {
      this.lines.receive(text);
    } catch (error) {
      this.settle(text);
      throw error;
    }
    if (text.length <= longText && this.keptAtMost <= this.maxBufferSize) return;
    this.settle(text);
    if (this.limitExceeded) throw new BufferLimitError(this.maxBufferSize);
  }

  /** A new stream begins; what was unfinished is forgotten. */
  reset(): void {
    this.lines.reset();
    this.assembler.forget();
    this.limitExceeded = false;
    this.keptAtMost = 0;
  }

  private settle(text: string): void {
    if (text.length > longText) this.assembler.detach(text);
    if (this.keptAtMost <= this.maxBufferSize) return;
    this.keptAtMost = this.lines.pending + this.assembler.pending;
    if (this.keptAtMost <= this.maxBufferSize) return;
    this.reset();
    this.limitExceeded = true;
  }
}
