/** A reader of event streams, word by word from WHATWG HTML §9.2.5 and §9.2.6; for tests, so clear before fast. */

export interface ParsedEvent {
  readonly type: string;
  readonly data: string;
  readonly lastEventId: string;
}

export class ReferenceParser {
  readonly events: ParsedEvent[] = [];
  readonly comments: string[] = [];
  reconnectionTime: number | undefined;
  lastEventId = "";
  private line = "";
  private data = "";
  private eventType = "";
  private idBuffer = "";
  private followsCr = false;

  /** Any piece of the stream, decoded. */
  feed(text: string): this {
    for (const character of text) this.read(character);
    return this;
  }

  /** "Lines must be separated by either a CRLF pair, a single LF, or a single CR." */
  private read(character: string): void {
    const isSecondHalf = this.followsCr && character === "\n";
    this.followsCr = character === "\r";
    if (isSecondHalf) return;
    if (character !== "\r" && character !== "\n") {
      this.line += character;
      return;
    }
    const { line } = this;
    this.line = "";
    this.processLine(line);
  }

  private processLine(line: string): void {
    if (line === "") return this.dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) {
      this.comments.push(line.slice(1));
      return;
    }
    if (colon === -1) return this.processField(line, "");
    const value = line.slice(colon + 1);
    this.processField(line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value);
  }

  private processField(field: string, value: string): void {
    if (field === "event") this.eventType = value;
    else if (field === "data") this.data += `${value}\n`;
    else if (field === "id" && !value.includes("\0")) this.idBuffer = value;
    else if (field === "retry" && /^[0-9]+$/.test(value)) this.reconnectionTime = Number(value);
  }

  private dispatch(): void {
    this.lastEventId = this.idBuffer;
    if (this.data !== "") {
      const data = this.data.slice(0, -1);
      this.events.push({ type: this.eventType || "message", data, lastEventId: this.lastEventId });
    }
    this.data = "";
    this.eventType = "";
  }
}

export function parseStream(...pieces: readonly string[]): ReferenceParser {
  const parser = new ReferenceParser();
  for (const piece of pieces) parser.feed(piece);
  return parser;
}
