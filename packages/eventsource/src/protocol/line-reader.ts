/** The lines of an event stream, WHATWG HTML §9.2.5: decoded text in, cut anywhere; lines out. Pure. */

import { TextPieces } from "./text-pieces.ts";

/** A line is the part of `text` from `start` to before `end`, its line end not included: most lines are never cut out as a whole. */
export type LineListener = (text: string, start: number, end: number) => void;

const byteOrderMark = 0xfeff;
const lineFeed = 0x0a;

/** Up to so many characters a text may be held by a line that was cut from it. */
const longText = 1024;

export class LineReader {
  private readonly tell: LineListener;
  private readonly unfinished = new TextPieces("");
  private begun = false;
  /** The last line ended with a CR at the end of a text: an LF right behind belongs to it. */
  private followsCr = false;
  /** Changes with each stream, so that a read knows when a listener has begun a new one. */
  private stream = 0;
  /** What a listener threw first. */
  private failure: { readonly error: unknown } | undefined;

  constructor(tell: LineListener) {
    this.tell = tell;
  }

  /** Characters of the line whose end has not come. */
  get pending(): number {
    return this.unfinished.length;
  }

  /**
   * A listener that throws hinders nothing: the text is read to its end, then the first such error is thrown. One that resets ends the
   * read: the rest of the text is of the old stream.
   */
  receive(text: string): void {
    if (text.length === 0) return;
    this.read(text, this.begin(text));
    if (this.failure !== undefined) this.fail(this.failure.error);
  }

  reset(): void {
    this.unfinished.clear();
    this.begun = false;
    this.followsCr = false;
    this.stream += 1;
  }

  /** Where the text's first line begins, or goes on. */
  private begin(text: string): number {
    let at = 0;
    if (!this.begun && text.charCodeAt(0) === byteOrderMark) at = 1; // §9.2.5: one leading BOM is ignored
    if (this.followsCr && text.charCodeAt(0) === lineFeed) at = 1; // §9.2.5: CRLF is one line end
    this.begun = true;
    this.followsCr = false;
    return at;
  }

  /** Each of both is looked for anew only when it was passed, so a text is searched twice at most, whatever its lines. */
  private read(text: string, from: number): void {
    const { stream } = this;
    let start = from;
    let cr = indexOrEnd(text, "\r", start);
    let lf = indexOrEnd(text, "\n", start);
    while (cr !== lf) {
      // both are the end of the text
      const end = cr < lf ? cr : lf;
      const lineStart = start;
      start = end + 1;
      if (end === cr) {
        if (start === text.length) this.followsCr = true;
        else if (lf === start) start += 1; // §9.2.5: CRLF is one line end
        cr = indexOrEnd(text, "\r", start);
      }
      if (lf < start) lf = indexOrEnd(text, "\n", start);
      this.endLine(text, lineStart, end);
      if (this.stream !== stream) return;
    }
    if (start < text.length) this.keep(text, start);
  }

  private endLine(text: string, start: number, end: number): void {
    try {
      if (this.unfinished.isEmpty) this.tell(text, start, end);
      else this.endKept(text.slice(start, end));
    } catch (error) {
      this.failure ??= { error };
    }
  }

  private endKept(rest: string): void {
    this.unfinished.push(rest);
    const line = this.unfinished.take();
    this.tell(line, 0, line.length);
  }

  private keep(text: string, start: number): void {
    this.unfinished.push(start === 0 ? text : text.slice(start));
    if (start > 0 && text.length > longText) this.unfinished.detach();
  }

  private fail(error: unknown): never {
    this.failure = undefined;
    throw error;
  }
}

function indexOrEnd(text: string, character: string, from: number): number {
  const index = text.indexOf(character, from);
  return index === -1 ? text.length : index;
}
