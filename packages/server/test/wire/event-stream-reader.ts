/** A stream of Server-Sent Events as a reader of ours sees it: enough of WHATWG HTML §9.2.6 to judge the server by. */

import { type ClientRequest, get, type IncomingMessage } from "node:http";

export interface StreamedEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

export class EventStreamReader {
  readonly events: StreamedEvent[] = [];
  /** Last id seen: what an EventSource would send as `Last-Event-ID`. */
  lastEventId: string | undefined;
  private readonly request: ClientRequest;
  private rest = "";
  private changed: (() => void) | undefined;

  constructor(url: string, lastEventId?: string) {
    this.lastEventId = lastEventId;
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lastEventId !== undefined) headers["Last-Event-ID"] = lastEventId;
    this.request = get(url, { headers, agent: false }, (response) => this.read(response));
    this.request.on("error", () => {}); // cut on purpose
  }

  /** Waits until `holds` of all events so far. */
  async until(holds: (events: readonly StreamedEvent[]) => boolean): Promise<void> {
    while (!holds(this.events)) {
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
  }

  /** Breaks the connection as a network does. */
  cut(): void {
    this.request.destroy();
  }

  private read(response: IncomingMessage): void {
    response.setEncoding("utf8");
    response.on("error", () => {});
    response.on("data", (text: string) => {
      const blocks = (this.rest + text).split("\n\n");
      this.rest = blocks.pop() ?? "";
      for (const block of blocks) this.take(block);
      this.changed?.();
    });
  }

  private take(block: string): void {
    const fields = block.split("\n").map((line) => /^([a-z]*): ?(.*)$/.exec(line) ?? []);
    const id = fields.findLast(([, name]) => name === "id")?.[2];
    if (id !== undefined) this.lastEventId = id;
    const data = fields.filter(([, name]) => name === "data").map(([, , value]) => value ?? "");
    if (data.length === 0) return; // a comment, or retry: alone
    const event = fields.findLast(([, name]) => name === "event")?.[2] ?? "message";
    this.events.push({ event, data: data.join("\n"), id });
  }
}
