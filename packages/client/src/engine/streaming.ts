/** What `eventsource` and `iframe` share: packets down a stream, and up by POST (@anywire/server, docs/streaming-transports.md). */

import { encodeCompactPayload } from "@anywire/protocol/compact";
import { binaryOf, wirePackets } from "./packet-data.ts";
import { type EnginePacket, type RawData, Transport, type TransportOptions } from "./transport.ts";

export interface StreamingOptions extends TransportOptions {
  /** In place of the global one: with proxies, certificates or timeouts of its own. @default fetch */
  readonly fetch?: typeof fetch | undefined;
}

/** Milliseconds in which a server has to take the goodbye. */
const partingTimeout = 5_000;

export abstract class Streaming extends Transport {
  declare protected readonly opts: StreamingOptions;
  readonly #aborting = new AbortController();
  /** The stream has ended, or the server has said goodbye. */
  #isCut = false;

  protected get uri(): string {
    return this.requestUri("http", false);
  }

  get #isOver(): boolean {
    return this.#isCut || this.readyState === "closed";
  }

  /** Ends the stream. May be called several times. */
  protected abstract stop(): void;

  protected override binary(bytes: Uint8Array): RawData {
    return binaryOf(bytes, this.socket.binaryType);
  }

  /** The server is told: what lies between may keep its end of the stream open. */
  protected override doClose(): void {
    const cut = (): void => this.#cut();
    if (this.#isOver || !this.writable) cut();
    else
      this.request({ method: "POST", body: "1", keepalive: true, signal: AbortSignal.timeout(partingTimeout) }).then(
        cut,
        cut,
      );
  }

  protected override write(packets: readonly EnginePacket[]): void {
    this.writable = false;
    this.#post(packets).then(
      (response) => this.#posted(response),
      (error: unknown) => this.fail("fetch write error", error),
    );
  }

  /** A packet has come. */
  protected receive(text: string): void {
    if (this.#isOver) return;
    const packet = this.decode(text);
    const { type } = packet;
    if (this.readyState === "opening") {
      if (type !== "open" && type !== "noop") return this.fail("unexpected packet", type);
      this.onOpen();
      if (type === "noop") return; // says no more than that the stream is open
    }
    if (type === "close") this.#cut();
    this.onPacket(packet);
    if (type === "close" && this.readyState === "open") this.onClose({ description: "transport closed by the server" });
  }

  /** Nothing more will come. */
  protected ended(description: string, context?: unknown): void {
    if (this.readyState === "opening") return this.fail(description, context);
    if (this.#isOver) return;
    this.#cut();
    this.onClose({ description, context });
  }

  protected fail(reason: string, description?: unknown, context?: unknown): void {
    if (this.#isOver) return;
    this.#cut();
    this.onError(reason, description, context);
  }

  protected async request(init: RequestInit): Promise<Response> {
    const { extraHeaders, withCredentials, fetch: ask = fetch } = this.opts;
    const jar = this.socket._cookieJar;
    const headers = new Headers(extraHeaders);
    jar?.appendCookies(headers);
    const credentials = withCredentials ? "include" : "same-origin";
    const response = await ask(this.uri, { signal: this.#aborting.signal, ...init, headers, credentials });
    jar?.parseCookies(response.headers.getSetCookie?.());
    return response;
  }

  async #post(packets: readonly EnginePacket[]): Promise<Response> {
    const response = await this.request({
      method: "POST",
      body: encodeCompactPayload(await wirePackets(packets), this),
    });
    await response.text();
    return response;
  }

  #posted(response: Response): void {
    if (!response.ok) return this.fail("fetch write error", response.status, response);
    if (this.readyState !== "open") return;
    this.writable = true;
    this.emitReserved("drain");
  }

  #cut(): void {
    this.#isCut = true;
    this.#aborting.abort();
    this.stop();
  }
}
