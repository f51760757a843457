/** Reads the one kind of events that the eventsource transport sends, out of text in any pieces (WHATWG HTML §9.2.6). Pure. */

const lineEnd = /\r\n|\r|\n/;

/** `event` and `data`; comments and other fields are passed over. */
const field = /^(event|data): ?(.*)/s;

export class EventReader {
  readonly #maxLine: number;
  readonly #event: (data: string, name: string | undefined) => void;
  /** The line that has no end yet. */
  #line = "";
  /** The last piece ended in CR: a LF belongs to it. */
  #endsInCr = false;
  #name: string | undefined;
  #data: string | undefined;

  /**
   * @param maxLine characters
   * @param event called for each event; `data` is that of its last line
   */
  constructor(maxLine: number, event: (data: string, name: string | undefined) => void) {
    this.#maxLine = maxLine;
    this.#event = event;
  }

  /** @throws {RangeError} if a line is longer than `maxLine`: then nothing more can be read */
  receive(piece: string): void {
    const [first = "", ...lines] = (this.#endsInCr ? piece.replace(/^\n/, "") : piece).split(lineEnd);
    if (piece !== "") this.#endsInCr = piece.endsWith("\r");
    this.#grow(first);
    for (const line of lines) {
      this.#read(this.#line);
      this.#line = "";
      this.#grow(line);
    }
  }

  #grow(part: string): void {
    this.#line += part;
    if (this.#line.length > this.#maxLine) throw new RangeError("line too long");
  }

  #read(line: string): void {
    const [, name, value] = field.exec(line) ?? [];
    if (name === "event") this.#name = value;
    else if (name === "data") this.#data = value;
    if (line !== "") return;
    const [data, event] = [this.#data, this.#name];
    this.#data = undefined;
    this.#name = undefined;
    if (data !== undefined) this.#event(data, event);
  }
}
