/** Event streams, WHATWG HTML §9.2.5 and §9.2.6: decoded text in, cut anywhere; events out. Pure, in linear time and bounded memory. */

import { BufferLimitError } from "./errors.ts";
import { LineReader } from "./line-reader.ts";
import { copyOf, TextPieces } from "./text-pieces.ts";

/** Who is told, in the order of the stream. */
export interface EventStreamHandler {
  /** A block with data has ended (§9.2.6). `name` is "" without an `event` field; `id` is undefined without an acceptable `id` field in this block. */
  event(name: string, data: string, id: string | undefined): void;
  /** A block with an acceptable `id` field has ended: told before its event, and also where it has no data. */
  id?(id: string): void;
  /** Whole milliseconds, at most `Number.MAX_SAFE_INTEGER`. */
  retry?(milliseconds: number): void;
  /** What stands behind the colon and, if there is one, a space. */
  comment?(text: string): void;
  unknownField?(field: string, value: string, line: string): void;
  /** The value does not consist of ASCII digits alone. */
  invalidRetry?(value: string, line: string): void;
}

const space = 0x20;
const colon = 0x3a;

/** A text of up to so many characters may be held by what was cut from it; a longer one is let go when it has been read. */
const longText = 1024;

/**
 * How it works: the line reader tells where in the text a line lies. `data:`, `event:` and `id:` are known by their characters there,
 * and only their value is cut out; all other lines, which are rare, are cut out whole. What a text leaves unfinished is kept as a list
 * of pieces and joined once. It is counted at the end of each text, for until then the text itself is in memory anyway.
 */
export class EventParser {
  private readonly handler: EventStreamHandler;
  private readonly maxBufferSize: number;
  private readonly lines: LineReader;
  private readonly data = new TextPieces("\n");
  private name = "";
  private id: string | undefined;
  private overflowed = false;

  /** @param maxBufferSize characters kept for an unfinished line and an unfinished event, together */
  constructor(handler: EventStreamHandler, maxBufferSize: number) {
    this.handler = handler;
    this.maxBufferSize = maxBufferSize;
    this.lines = new LineReader((text, start, end) => this.line(text, start, end));
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
    if (this.overflowed) throw new BufferLimitError(this.maxBufferSize);
    try {
      this.lines.receive(text);
    } finally {
      if (text.length > longText) this.detach(text);
      if (this.buffered > this.maxBufferSize) this.overflow();
    }
    if (this.overflowed) throw new BufferLimitError(this.maxBufferSize);
  }

  /** A new stream begins; what was unfinished is forgotten. */
  reset(): void {
    this.lines.reset();
    this.forgetEvent();
    this.overflowed = false;
  }

  /** Characters kept for the unfinished line and the unfinished event. */
  private get buffered(): number {
    return this.lines.pending + this.data.length + this.name.length + (this.id === undefined ? 0 : this.id.length);
  }

  private overflow(): void {
    this.reset();
    this.overflowed = true;
  }

  /** Lets go of the text: what the unfinished event keeps of it may be one word. */
  private detach(text: string): void {
    this.data.detach();
    if (this.name !== "" && this.name.length < text.length) this.name = copyOf(this.name);
    if (this.id !== undefined && this.id.length < text.length) this.id = copyOf(this.id);
  }

  private forgetEvent(): void {
    if (!this.data.isEmpty) this.data.clear();
    this.name = "";
    this.id = undefined;
  }

  /** §9.2.6: what a line is, by its beginning. */
  private line(text: string, start: number, end: number): void {
    if (start === end) this.endEvent();
    else if (beginsWithData(text, start)) this.data.push(valueAt(text, start + 5, end));
    else if (beginsWithEvent(text, start)) this.name = valueAt(text, start + 6, end);
    else if (beginsWithId(text, start)) this.setId(valueAt(text, start + 3, end));
    else if (text.charCodeAt(start) === colon) this.handler.comment?.(valueAt(text, start + 1, end));
    else this.otherLine(text.slice(start, end));
  }

  private otherLine(line: string): void {
    const end = line.indexOf(":");
    if (end === -1)
      this.field(line, "", line); // §9.2.6: the whole line is the name, the value is empty
    else this.field(line.slice(0, end), valueAt(line, end + 1, line.length), line);
  }

  /** §9.2.6: names are compared as they are, with no case folding. */
  private field(name: string, value: string, line: string): void {
    if (name === "data") this.data.push(value);
    else if (name === "event") this.name = value;
    else if (name === "id") this.setId(value);
    else if (name === "retry") this.retry(value, line);
    else this.handler.unknownField?.(name, value, line); // §9.2.6: ignored
  }

  private setId(value: string): void {
    if (!value.includes("\0")) this.id = value; // §9.2.6: ignored with NUL
  }

  /** Beyond the safe integers it is the largest of them: the standard knows no limit, and Infinity would be no time to wait. */
  private retry(value: string, line: string): void {
    if (isAsciiDigits(value))
      this.handler.retry?.(Math.min(Number(value), Number.MAX_SAFE_INTEGER)); // §9.2.6
    else this.handler.invalidRetry?.(value, line); // §9.2.6: ignored
  }

  /** All is put back before a handler is called, which may throw, or begin a new stream. */
  private endEvent(): void {
    const { name, id } = this;
    const data = this.data.isEmpty ? undefined : this.data.take();
    this.forgetEvent();
    if (id !== undefined) this.handler.id?.(id); // §9.2.6: also without data
    if (data !== undefined) this.handler.event(name, data, id);
  }
}

/** §9.2.6: one space after the colon is not part of the value. */
function valueAt(text: string, start: number, end: number): string {
  return text.slice(start < end && text.charCodeAt(start) === space ? start + 1 : start, end);
}

function isAsciiDigits(value: string): boolean {
  return /^[0-9]+$/.test(value);
}

// A line end is in none of these names, so a match cannot reach beyond the line. Character by character is faster than
// `startsWith`, which makes a call of it.

function beginsWithData(text: string, at: number): boolean {
  return (
    text.charCodeAt(at) === 0x64 && // d
    text.charCodeAt(at + 1) === 0x61 && // a
    text.charCodeAt(at + 2) === 0x74 && // t
    text.charCodeAt(at + 3) === 0x61 && // a
    text.charCodeAt(at + 4) === colon
  );
}

function beginsWithEvent(text: string, at: number): boolean {
  return (
    text.charCodeAt(at) === 0x65 && // e
    text.charCodeAt(at + 1) === 0x76 && // v
    text.charCodeAt(at + 2) === 0x65 && // e
    text.charCodeAt(at + 3) === 0x6e && // n
    text.charCodeAt(at + 4) === 0x74 && // t
    text.charCodeAt(at + 5) === colon
  );
}

function beginsWithId(text: string, at: number): boolean {
  return text.charCodeAt(at) === 0x69 && text.charCodeAt(at + 1) === 0x64 && text.charCodeAt(at + 2) === colon; // id:
}
