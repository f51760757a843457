/** The transport `eventsource`: packets come as Server-Sent Events (@anywire/server, docs/streaming-transports.md). */

import { EventReader } from "./event-reader.ts";
import { Streaming, type StreamingOptions } from "./streaming.ts";

export interface EventSourceOptions extends StreamingOptions {
  /** Characters of the longest packet that is taken where the stream is read by fetch. @default 104_857_600 */
  readonly maxPayload?: number | undefined;
}

/**
 * Reads by the platform's EventSource where there is one, else by fetch; by fetch, too, where there are `extraHeaders`, which
 * an EventSource cannot send, cookies of its own (Node.js with `withCredentials`), or a `fetch` in `transportOptions.eventsource`.
 * In Node.js, the options for TLS and `agent`, `localAddress` and `autoUnref` mean nothing to it: give it such a `fetch`.
 */
export class EventSourceTransport extends Streaming {
  declare protected readonly opts: EventSourceOptions;
  #source: EventSource | undefined;

  override get name(): string {
    return "eventsource";
  }

  protected override doOpen(): void {
    const { extraHeaders, fetch } = this.opts;
    const isNative = typeof EventSource === "function" && !extraHeaders && !fetch && !this.socket._cookieJar;
    if (isNative) this.#listen();
    else void this.#read();
  }

  protected override stop(): void {
    this.#source?.close();
  }

  #listen(): void {
    const source = new EventSource(this.uri, { withCredentials: this.opts.withCredentials === true });
    this.#source = source;
    source.onmessage = ({ data }) => this.receive(data);
    source.addEventListener("json", ({ data }) => this.#take(data, "json"));
    source.onerror = (event) => this.ended("eventsource error", event); // it would come back by itself, and open another session
  }

  async #read(): Promise<void> {
    try {
      const response = await this.request({ headers: {}, cache: "no-store" });
      if (!response.ok || response.body === null) return this.fail("eventsource error", response.status, response);
      const events = new EventReader(this.opts.maxPayload ?? 104_857_600, (data, name) => this.#take(data, name));
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        events.receive(decoder.decode(value, { stream: true }));
      }
      this.ended("eventsource error");
    } catch (error) {
      this.ended("eventsource error", error);
    }
  }

  /** An event named `json` holds a packet with line ends. */
  #take(data: string, name: string | undefined): void {
    if (name !== "json") return this.receive(data);
    let text: unknown;
    try {
      text = JSON.parse(data);
    } catch (error) {
      return this.fail("parse error", error);
    }
    this.receive(String(text));
  }
}
