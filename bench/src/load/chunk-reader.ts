/** Takes the chunked framing of HTTP/1.1 away (RFC 9112 §7.1), wherever the bytes are cut. Pure. */

import { Disqualified } from "./reply-checker.ts";

const lineFeed = 0x0a;
const chunkSize = /^[0-9a-f]+\r$/i;

export class ChunkReader {
  /** Bytes that the chunk under way still owes. */
  private due = 0;
  /** The chunk is whole, and only its line end is missing. */
  private isEnding = false;
  /** What has come of a line that is cut. */
  private line = "";

  /**
   * @returns what the chunks carry, as Latin-1
   * @throws {Disqualified} if the framing is wrong, or says that the stream is over
   */
  read(bytes: Buffer): string {
    let text = "";
    for (let at = 0; at < bytes.length; ) {
      const end = this.due > 0 ? Math.min(at + this.due, bytes.length) : lineEnd(bytes, at);
      const piece = bytes.toString("latin1", at, end);
      if (this.due > 0) text += this.readData(piece);
      else this.readFraming(piece);
      at = end;
    }
    return text;
  }

  private readData(piece: string): string {
    this.due -= piece.length;
    this.isEnding = this.due === 0;
    return piece;
  }

  private readFraming(piece: string): void {
    this.line += piece;
    if (!this.line.endsWith("\n")) return;
    const line = this.line.slice(0, -1);
    this.line = "";
    if (this.isEnding ? line !== "\r" : !chunkSize.test(line))
      throw new Disqualified(
        `${JSON.stringify(line.slice(0, 40))} stands where a chunk ${this.isEnding ? "ends" : "begins"}`,
      );
    if (!this.isEnding) this.due = chunkLength(line);
    this.isEnding = false;
  }
}

function lineEnd(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(lineFeed, at);
  return end === -1 ? bytes.length : end + 1;
}

function chunkLength(line: string): number {
  const length = Number.parseInt(line, 16);
  if (length === 0) throw new Disqualified("the server ended the stream");
  return length;
}
