/** An event stream read by fetch, block by block. */

import assert from "node:assert/strict";

/** A stream as it comes, block by block. */
export class Stream {
  readonly response: Response;
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private text = "";

  constructor(response: Response) {
    assert.ok(response.body !== null);
    this.response = response;
    this.reader = response.body.getReader();
  }

  /** The next blocks, without those that are only `retry:` or a comment. */
  async events(count: number): Promise<string[]> {
    const events: string[] = [];
    while (events.length < count) {
      const end = this.text.indexOf("\n\n");
      if (end === -1) {
        const { done, value } = await this.reader.read();
        assert.ok(!done, `the stream ended after ${this.text}`);
        this.text += Buffer.from(value).toString();
        continue;
      }
      const block = this.text.slice(0, end);
      this.text = this.text.slice(end + 2);
      const lines = block.split("\n").filter((line) => !line.startsWith(":") && !line.startsWith("retry:"));
      if (lines.length > 0) events.push(lines.join("\n"));
    }
    return events;
  }

  /** All that is left, until the server ends it. */
  async rest(): Promise<string> {
    for (;;) {
      const { done, value } = await this.reader.read();
      if (done) return this.text;
      this.text += Buffer.from(value).toString();
    }
  }

  async cancel(): Promise<void> {
    await this.reader.cancel();
  }
}
