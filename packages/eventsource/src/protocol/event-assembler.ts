/** Events out of the lines of a stream, WHATWG HTML §9.2.6. Pure. */

import type { LineListener } from "./line-reader.ts";
import { copyOf, TextPieces } from "./text-pieces.ts";

/** Who is told, in the order of the stream. */
export interface EventStreamHandler {
  /** A block with data has ended (§9.2.6). `name` is "" without an `event` field; `id` is undefined without an acceptable `id` field in this block. */
  event(name: string, data: string, id: string | undefined): void;
  /** A block with an acceptable `id` field has ended: told before its event, and also where it has no data. */
  readonly id?: ((id: string) => void) | undefined;
  /** Whole milliseconds, at most `Number.MAX_SAFE_INTEGER`. */
  readonly retry?: ((milliseconds: number) => void) | undefined;
  /** What stands behind the colon and, if there is one, a space. */
  readonly comment?: ((text: string) => void) | undefined;
  readonly unknownField?: ((field: string, value: string, line: string) => void) | undefined;
  /** The value does not consist of ASCII digits alone. */
  readonly invalidRetry?: ((value: string, line: string) => void) | undefined;
}

const lineFeed = 0x0a;
const space = 0x20;
const colon = 0x3a;
const letterD = 0x64;
const letterE = 0x65;
const letterI = 0x69;

/** Names that are common are known by their characters in the text, and only the value is cut out; all other lines are cut out whole. */
export class EventAssembler implements LineListener {
  private readonly handler: EventStreamHandler;
  private readonly data = new TextPieces("\n"); // §9.2.6: an LF behind each line, the last one taken away again
  private name = "";
  private id: string | undefined;

  constructor(handler: EventStreamHandler) {
    this.handler = handler;
  }

  /** Characters of the event whose end has not come. */
  get pending(): number {
    return this.data.length + this.name.length + (this.id === undefined ? 0 : this.id.length);
  }

  line(text: string, start: number, end: number): void {
    if (start === end) this.endEvent();
    else if (isData(text, start)) this.data.push(valueAt(text, start + 5, end));
    else if (isEvent(text, start)) this.name = valueAt(text, start + 6, end);
    else if (isId(text, start)) this.setId(valueAt(text, start + 3, end));
    else if (text.charCodeAt(start) === colon) this.handler.comment?.(valueAt(text, start + 1, end));
    else this.otherLine(text.slice(start, end));
  }

  /** Nearly every event has one line of data, and it comes last: then it need not be kept. */
  lastLine(text: string, start: number, end: number): boolean {
    if (!this.data.isEmpty || !isData(text, start)) return false;
    this.tell(valueAt(text, start + 5, end));
    return true;
  }

  /**
   * A text that is one line of data and an empty one, with or without a name and an id before: most events come so, each in a text of
   * its own.
   * @returns whether it was; else nothing of it is read
   */
  wholeEvent(text: string): boolean {
    const idStart = isEvent(text, 0) ? text.indexOf("\n") + 1 : 0;
    const dataStart = isId(text, idStart) ? text.indexOf("\n", idStart) + 1 : idStart;
    if (!isData(text, dataStart) || !this.data.isEmpty) return false;
    const end = text.indexOf("\n", dataStart);
    if (end + 2 !== text.length || text.charCodeAt(end + 1) !== lineFeed || text.includes("\r")) return false;
    if (dataStart > 0) this.takeHead(text, idStart, dataStart);
    this.tell(valueAt(text, dataStart + 5, end));
    return true;
  }

  /** The name ends where the id begins, and that where the data begins. */
  private takeHead(text: string, idStart: number, dataStart: number): void {
    if (idStart > 0) this.name = valueAt(text, 6, idStart - 1);
    if (dataStart > idStart) this.setId(valueAt(text, idStart + 3, dataStart - 1));
  }

  /** What was unfinished is dropped (§9.2.6). */
  forget(): void {
    this.name = "";
    this.id = undefined;
    this.data.clear();
  }

  /** Lets go of a text that was read: what is kept of it may be one word. */
  detach(text: string): void {
    this.data.detach();
    if (this.name !== "" && this.name.length < text.length) this.name = copyOf(this.name);
    if (this.id !== undefined && this.id.length < text.length) this.id = copyOf(this.id);
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

  private endEvent(): void {
    this.tell(this.data.isEmpty ? undefined : this.data.take());
  }

  /** All is put back before a handler is called, which may throw, or begin a new stream. */
  private tell(data: string | undefined): void {
    const { name, id } = this;
    this.name = "";
    this.id = undefined;
    if (id !== undefined && this.handler.id !== undefined) this.tellId(id, name, data);
    else if (data !== undefined) this.handler.event(name, data, id);
  }

  private tellId(id: string, name: string, data: string | undefined): void {
    try {
      this.handler.id?.(id); // §9.2.6: also without data
    } finally {
      if (data !== undefined) this.handler.event(name, data, id);
    }
  }
}

/** §9.2.6: one space after the colon is not part of the value. */
function valueAt(text: string, start: number, end: number): string {
  return text.slice(start < end && text.charCodeAt(start) === space ? start + 1 : start, end);
}

function isAsciiDigits(value: string): boolean {
  return /^[0-9]+$/.test(value);
}

// A line end is in none of these names, so no match reaches beyond the line. `startsWith` would be a call for each.

function isData(text: string, at: number): boolean {
  return (
    text.charCodeAt(at) === letterD &&
    text.charCodeAt(at + 1) === 0x61 && // a
    text.charCodeAt(at + 2) === 0x74 && // t
    text.charCodeAt(at + 3) === 0x61 && // a
    text.charCodeAt(at + 4) === colon
  );
}

function isEvent(text: string, at: number): boolean {
  return (
    text.charCodeAt(at) === letterE &&
    text.charCodeAt(at + 1) === 0x76 && // v
    text.charCodeAt(at + 2) === 0x65 && // e
    text.charCodeAt(at + 3) === 0x6e && // n
    text.charCodeAt(at + 4) === 0x74 && // t
    text.charCodeAt(at + 5) === colon
  );
}

function isId(text: string, at: number): boolean {
  return text.charCodeAt(at) === letterI && text.charCodeAt(at + 1) === 0x64 && text.charCodeAt(at + 2) === colon; // d
}
