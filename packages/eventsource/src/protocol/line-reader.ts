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
const nothing = -1;

/** The beginning of a line may hold the text it was cut from, up to so many characters: there is but one at a time, and soon ended. */
const heldText = 0x1_0000;

export class LineReader {
  private readonly listener: LineListener;
  private readonly unfinished = new TextPieces("");
  /** The character that is not read at the beginning of the next text. */
  private skipped = byteOrderMark; // §9.2.5: one leading BOM is ignored
  /** Another for each stream, so that a read knows when a listener has begun a new one. */
  private stream = 0;
  /** Where the line behind the one that is being told begins. */
  private next = 0;
  /** What a listener threw first. */
  private failure: { readonly error: unknown } | undefined;

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
    const start = this.begin(text);
    const cr = text.indexOf("\r", start);
    if (cr === -1) this.readAllLines(text, start);
    else this.readMixed(text, start, cr);
    if (this.failure !== undefined) this.fail(this.failure.error);
  }

  reset(): void {
    this.unfinished.clear();
    this.skipped = byteOrderMark;
    this.stream += 1;
  }

  /** Where the text's first line begins, or goes on. */
  private begin(text: string): number {
    const { skipped } = this;
    if (skipped === nothing) return 0;
    this.skipped = nothing;
    return text.charCodeAt(0) === skipped ? 1 : 0;
  }

  /** Goes on behind the line whose listener threw. A `try` around each line would cost a tenth of the speed. */
  private readAllLines(text: string, from: number): void {
    const { stream } = this;
    this.next = from;
    while (this.stream === stream) {
      try {
        return this.readLines(text, this.next);
      } catch (error) {
        this.failure ??= { error };
      }
    }
  }

  /** Texts without CR, which are nearly all. The empty line that ends an event is seen without another search. */
  private readLines(text: string, from: number): void {
    const { stream } = this;
    let start = from;
    let end = text.indexOf("\n", start);
    while (end !== -1) {
      const lineStart = start;
      const lineEnd = end;
      start = end + 1;
      this.next = start;
      const emptyFollows = isLineFeed(text, start);
      if (emptyFollows && this.endBlock(text, lineStart, lineEnd)) start += 1;
      else this.endLine(text, lineStart, lineEnd);
      if (this.stream !== stream) return;
      end = emptyFollows && start === lineEnd + 1 ? start : text.indexOf("\n", start);
    }
    if (start < text.length) this.keep(text, start);
  }

  /** Each of both is looked for anew only when it was passed, so a text is searched twice at most, whatever its lines. */
  private readMixed(text: string, from: number, firstCr: number): void {
    const { stream } = this;
    let start = from;
    let cr = firstCr;
    let lf = indexOrEnd(text, "\n", start);
    while (cr !== lf) {
      // Equal only where both are the end of the text.
      const end = cr < lf ? cr : lf;
      const lineStart = start;
      start = end + 1;
      if (end === cr) {
        if (start === text.length) this.skipped = lineFeed;
        else if (lf === start) start += 1; // §9.2.5: CRLF is one line end
        cr = indexOrEnd(text, "\r", start);
      }
      if (lf < start) lf = indexOrEnd(text, "\n", start);
      this.endSafely(text, lineStart, end);
      if (this.stream !== stream) return;
    }
    if (start < text.length) this.keep(text, start);
  }

  private endSafely(text: string, start: number, end: number): void {
    try {
      this.endLine(text, start, end);
    } catch (error) {
      this.failure ??= { error };
    }
  }

  private endLine(text: string, start: number, end: number): void {
    if (this.unfinished.isEmpty) this.listener.line(text, start, end);
    else this.endKept(text.slice(start, end));
  }

  /** Where the listener throws, the empty line is read once more, and ends an event that has ended: that is nothing. */
  private endBlock(text: string, start: number, end: number): boolean {
    return this.unfinished.isEmpty && this.listener.lastLine(text, start, end);
  }

  private endKept(rest: string): void {
    const line = this.unfinished.takeWith(rest);
    this.listener.line(line, 0, line.length);
  }

  private keep(text: string, start: number): void {
    this.unfinished.push(start === 0 ? text : text.slice(start));
    if (start > 0 && text.length > heldText) this.unfinished.detach();
  }

  private fail(error: unknown): never {
    this.failure = undefined;
    throw error;
  }
}

/** Engines throw away what they have compiled when it reads beyond the end of a text. */
function isLineFeed(text: string, at: number): boolean {
  return at < text.length && text.charCodeAt(at) === lineFeed;
}

function indexOrEnd(text: string, character: string, from: number): number {
  const index = text.indexOf(character, from);
  return index === -1 ? text.length : index;
}
