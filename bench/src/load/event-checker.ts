/** Judges an event stream: every message must carry the text that was published, in order, and none may come unasked. Pure. */

import { ChunkReader } from "./chunk-reader.ts";
import { type Checker, Disqualified } from "./reply-checker.ts";

/**
 * Servers differ in what stands around a text, so the stream is read (WHATWG HTML §9.2.6): comments, ids and `retry` are
 * theirs to send, and before the first message events of other names too. Lines end in LF or CRLF.
 */
export class EventChecker implements Checker {
  /** What is published, round and round. */
  private readonly texts: readonly string[];
  private readonly chunks = new ChunkReader();
  /** A line that is cut. */
  private rest = "";
  /** The event under way. */
  private name = "";
  private data: string | undefined;
  private replied = 0;
  private asked = 0;

  constructor(texts: readonly string[]) {
    this.texts = texts;
  }

  ask(count: number): void {
    this.asked += count;
  }

  take(bytes: Uint8Array): number {
    const before = this.replied;
    const text = this.rest + this.chunks.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      this.readLine(text.slice(start, text[end - 1] === "\r" ? end - 1 : end));
      start = end + 1;
    }
    this.rest = text.slice(start);
    return this.replied - before;
  }

  private readLine(line: string): void {
    if (line === "") this.endEvent();
    else this.readField(line);
  }

  private readField(line: string): void {
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    if (field === "data") this.data = this.data === undefined ? fieldValue(line) : `${this.data}\n${fieldValue(line)}`;
    else if (field === "event") this.name = fieldValue(line);
    else if (field !== "" && field !== "id" && field !== "retry")
      throw new Disqualified(
        `${JSON.stringify(line.slice(0, 40))} came for reply ${this.replied}: no field of an event`,
      );
  }

  private endEvent(): void {
    const { name, data } = this;
    this.name = "";
    this.data = undefined;
    if (data === undefined) return;
    if (name === "" || name === "message") this.judge(data);
    else if (this.replied > 0) throw new Disqualified(`an event ${name} came for reply ${this.replied}`);
  }

  private judge(data: string): void {
    if (this.replied === this.asked) throw new Disqualified(`reply ${this.replied} came unasked`);
    if (data !== this.texts[this.replied % this.texts.length])
      throw new Disqualified(`the data of reply ${this.replied} is not what was published`);
    this.replied++;
  }
}

/** One space behind the colon does not count. */
function fieldValue(line: string): string {
  const colon = line.indexOf(":");
  if (colon === -1) return "";
  return line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
}
