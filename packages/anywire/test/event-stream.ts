/** A stream of events as the tests read it: by fetch, with its events in order. */

import { EventEmitter, once } from "node:events";

export interface Heard {
  readonly event: string;
  readonly id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: what a test asserts about
  readonly data: any;
}

export class EventStream {
  readonly heard: Heard[] = [];
  /** Resolves when the stream has ended, whoever ended it. */
  readonly ended: Promise<void>;
  lastId = "";
  private readonly arrivals = new EventEmitter();
  private readonly aborter: AbortController;
  private read = 0;

  private constructor(body: ReadableStream<Uint8Array>, aborter: AbortController) {
    this.aborter = aborter;
    this.ended = this.readAll(body).catch(() => {});
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const aborter = new AbortController();
    const accept = { Accept: "text/event-stream", ...headers };
    const response = await fetch(url, { headers: accept, signal: aborter.signal });
    if (response.status !== 200 || response.body === null) throw new Error(`status ${response.status}`);
    return new EventStream(response.body, aborter);
  }

  /** @returns the data of the next event of this name */
  async until(name: string): Promise<Heard["data"]> {
    for (;;) {
      const next = this.heard.slice(this.read).findIndex(({ event }) => event === name);
      if (next !== -1) {
        this.read += next + 1;
        return this.heard[this.read - 1]?.data;
      }
      await once(this.arrivals, "event");
    }
  }

  close(): void {
    this.aborter.abort();
  }

  private async readAll(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    const fields = new Map(block.split("\n").map((line) => line.split(/: ?(.*)/s, 2) as [string, string]));
    const id = fields.get("id");
    if (id !== undefined) this.lastId = id;
    const data = fields.get("data");
    if (data === undefined) return;
    this.heard.push({ event: fields.get("event") ?? "message", id, data: JSON.parse(data) });
    this.arrivals.emit("event");
  }
}
