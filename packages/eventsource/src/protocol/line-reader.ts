/** The lines of an event stream, WHATWG HTML §9.2.5: decoded text in, cut anywhere; lines out. Pure. */

import { TextPieces } from "./text-pieces.ts";

export interface LineListener {
  /** A line is the part of `text` from `start` to before `end`, without its line end: so a listener cuts out only what it needs. */
  line(text: string, start: number, end: number): void;
  /**
   * A line behind which an empty one follows.
   * @returns whether both are dealt with; else they are told one by one
   */
  lastLine(text: string, start: number, end: number): boolean;
}

const byteOrderMark = 0xfeff;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const nothing = -1;

/** The beginning of a line may hold the text it was cut from, up to so many characters: there is but one at a time, and soon ended. */
const heldText = 0x1_0000;

export class LineReader {
  private readonly listener: LineListener;
  private readonly unfinished = new TextPieces("");
  /** The character that is not read at the beginning of the next text. */
  private skipped = byteOrderMark; // §9.2.5: one leading BOM is ignored
  /** What is left of the text that is being read: a listener that resets leaves nothing of it. */
  private next = 0;
  private end = 0;
  /** The first of each in what is left, or the end; before `next` if it has to be looked for. */
  private cr = nothing;
  private lf = nothing;

  constructor(listener: LineListener) {
    this.listener = listener;
  }

  /** Characters of the line whose end has not come. */
  get pending(): number {
    return this.unfinished.length;
  }

  /** Whether the next text begins with a line, and nothing of it is to be skipped. */
  get atLineStart(): boolean {
    return this.skipped === nothing && this.unfinished.isEmpty;
  }

  /**
   * A listener that throws hinders nothing: the text is read to its end, then the first such error is thrown. One that resets ends the
   * read: the rest of the text is of the old stream.
   */
  receive(text: string): void {
    if (text.length === 0) return;
    try {
      if (this.isPlain(text)) this.readPlain(text);
      else this.readAny(text);
    } catch (error) {
      this.readRest(text);
      throw error;
    }
    this.end = 0;
  }

  reset(): void {
    this.unfinished.clear();
    this.skipped = byteOrderMark;
    this.end = 0;
  }

  /** Nearly all texts are: they begin with a line, and all line ends are LF. */
  private isPlain(text: string): boolean {
    return this.atLineStart && !text.includes("\r");
  }

  /** The empty line that ends an event is seen without another search. */
  private readPlain(text: string): void {
    this.end = text.length;
    let start = 0;
    while (start < this.end) {
      const lineStart = start;
      const lineEnd = text.indexOf("\n", start);
      if (lineEnd === -1) return this.keep(text, start);
      start = lineEnd + 1;
      this.next = start;
      if (isLineFeed(text, start) && this.listener.lastLine(text, lineStart, lineEnd)) start += 1;
      else this.listener.line(text, lineStart, lineEnd);
    }
  }

  private readAny(text: string): void {
    this.next = text.charCodeAt(0) === this.skipped ? 1 : 0;
    this.end = text.length;
    this.skipped = nothing;
    this.cr = nothing;
    this.lf = nothing;
    this.readLines(text);
  }

  private readRest(text: string): void {
    this.cr = nothing;
    this.lf = nothing;
    while (this.next < this.end) {
      try {
        this.readLines(text);
      } catch {
        // Only the first error is thrown.
      }
    }
    this.end = 0;
  }

  private readLines(text: string): void {
    while (this.next < this.end) {
      const start = this.next;
      const end = this.lineEnd(text, start);
      if (end === this.end) this.keep(text, start);
      else this.endLine(text, start, end);
    }
  }

  /** Each of both is looked for anew only when it was passed, so a text is searched twice at most, whatever its lines. */
  private lineEnd(text: string, start: number): number {
    if (this.cr < start) this.cr = indexOrEnd(text, "\r", start);
    if (this.lf < start) this.lf = indexOrEnd(text, "\n", start);
    return this.cr < this.lf ? this.cr : this.lf;
  }

  private endLine(text: string, start: number, end: number): void {
    this.next = this.behind(text, end);
    if (!this.unfinished.isEmpty) this.endKept(text.slice(start, end));
    else if (!isLineEnd(text, this.next) || !this.listener.lastLine(text, start, end))
      this.listener.line(text, start, end);
    else if (this.next < this.end) this.next = this.behind(text, this.next);
  }

  /** Where the line behind the line end begins. */
  private behind(text: string, lineEnd: number): number {
    const next = lineEnd + 1;
    if (text.charCodeAt(lineEnd) === lineFeed) return next;
    if (next === this.end)
      this.skipped = lineFeed; // it may come with the next text
    else if (text.charCodeAt(next) === lineFeed) return next + 1; // §9.2.5: CRLF is one line end
    return next;
  }

  private endKept(rest: string): void {
    const line = this.unfinished.takeWith(rest);
    this.listener.line(line, 0, line.length);
  }

  private keep(text: string, start: number): void {
    this.next = this.end;
    this.unfinished.push(start === 0 ? text : text.slice(start));
    if (start > 0 && text.length > heldText) this.unfinished.detach();
  }
}

/** Engines throw away what they have compiled when it reads beyond the end of a text. */
function isLineFeed(text: string, at: number): boolean {
  return at < text.length && text.charCodeAt(at) === lineFeed;
}

function isLineEnd(text: string, at: number): boolean {
  return isLineFeed(text, at) || (at < text.length && text.charCodeAt(at) === carriageReturn);
}

function indexOrEnd(text: string, character: string, from: number): number {
  const index = text.indexOf(character, from);
  return index === -1 ? text.length : index;
}
