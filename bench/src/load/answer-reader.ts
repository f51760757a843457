/** Reads HTTP/1.1 answers whose length is told (RFC 9112 §6.2), wherever the bytes are cut. Pure. */

import { Disqualified } from "./reply-checker.ts";

const headEnd = "\r\n\r\n";
const longestHead = 16 * 1024;

export class AnswerReader {
  /** What has come of the answer under way, as Latin-1: a character is a byte. */
  private text = "";
  /** Where its body begins and where it ends, once the head is there. */
  private start = 0;
  private end = 0;

  /**
   * One answer at a time: the next request leaves when it is whole.
   * @returns its body when it is whole
   * @throws {Disqualified} if its status is not 200, its length is not told, or more comes than that
   */
  take(bytes: Uint8Array): string | undefined {
    this.text += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    if (this.end === 0) this.readHead();
    if (this.end === 0 || this.text.length < this.end) return undefined;
    const body = this.text.slice(this.start, this.end);
    if (this.text.length > this.end) throw new Disqualified(`${this.text.length - this.end} bytes came unasked`);
    this.text = "";
    this.end = 0;
    return body;
  }

  private readHead(): void {
    const end = this.text.indexOf(headEnd);
    if (end === -1 && this.text.length <= longestHead) return;
    const head = this.text.slice(0, Math.max(end, 0));
    const [, length] = /\r\ncontent-length: *(\d+)(?:\r\n|$)/i.exec(head) ?? [];
    if (!head.startsWith("HTTP/1.1 200 ") || length === undefined)
      throw new Disqualified(`answered a request with ${JSON.stringify(this.text.slice(0, 80))}`);
    this.start = end + headEnd.length;
    this.end = this.start + Number(length);
  }
}
