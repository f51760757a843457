/** The transport `webtransport`: packets on one bidirectional stream of a WebTransport session (engine.io-protocol 4, "WebTransport"). */

import { EnginePacketError, encodeFrame, FrameReader, type Packet, type Utf8 } from "@anywire/protocol/engine";
import { packetOf, wirePackets } from "./packet-data.ts";
import { type EnginePacket, Transport, type TransportOptions } from "./transport.ts";

/** What is used of a session: the shape of browsers, and of `@fails-components/webtransport`. */
export interface WebTransportSession {
  readonly ready: Promise<unknown>;
  readonly closed: Promise<unknown>;
  createBidirectionalStream(): Promise<{
    readonly readable: {
      getReader(): { read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }> };
    };
    readonly writable: { getWriter(): WebTransportWriter };
  }>;
  close(): void;
}

interface WebTransportWriter {
  write(chunk: Uint8Array): Promise<unknown>;
  close(): Promise<unknown>;
}

/** A class that opens sessions, as the `WebTransport` of browsers. */
export type WebTransportProvider = new (url: string, options?: object) => WebTransportSession;

/** `transportOptions.webtransport`: what is in it goes to the provider, too, as `serverCertificateHashes`. */
export interface WebTransportOptions extends TransportOptions {
  /** @default the global WebTransport */
  readonly provider?: WebTransportProvider | undefined;
  /** Bytes of the longest packet that is taken. @default 104_857_600 */
  readonly maxPayload?: number | undefined;
}

/** Milliseconds in which a server has to take what is left for it. */
const partingTimeout = 5_000;

/** The platform's own UTF-8. */
const utf8: Utf8 = {
  encode: (text) => new TextEncoder().encode(text),
  decode(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return undefined;
    }
  },
};

export class WebTransportTransport extends Transport {
  declare protected readonly opts: WebTransportOptions;
  #session: WebTransportSession | undefined;
  #writer: WebTransportWriter | undefined;
  #isOver = false;
  readonly #platform = { base64: this.base64, utf8 };

  override get name(): string {
    return "webtransport";
  }

  protected override doOpen(): void {
    this.#run().then(
      () => this.#end(),
      (error: unknown) => this.#fail(error),
    );
  }

  /** What was written leaves first, if the server takes it in time. */
  protected override doClose(): void {
    this.#isOver = true;
    const close = (): void => {
      this.#session?.close();
      this.#session = undefined;
    };
    if (this.#writer === undefined) return close();
    this.#writer.close().then(close, close);
    AbortSignal.timeout(partingTimeout).onabort = close;
  }

  protected override write(packets: readonly EnginePacket[]): void {
    this.writable = false;
    this.#send(packets).then(
      () => {
        if (this.#isOver) return;
        this.writable = true;
        this.emitReserved("drain");
      },
      (error: unknown) => this.#fail(error),
    );
  }

  /** Resolves when the server has ended it. */
  async #run(): Promise<void> {
    const { provider = WebTransport, transportOptions } = this.opts;
    const session: WebTransportSession = new provider(
      this.createUri("https", this.query),
      transportOptions?.[this.name],
    );
    this.#session = session;
    session.closed.then(
      () => this.#end(),
      (error: unknown) => this.#fail(error),
    );
    await session.ready;
    const { readable, writable } = await session.createBidirectionalStream();
    this.#writer = writable.getWriter();
    const { sid } = this.query;
    await this.#writer.write(
      encodeFrame({ type: "open", data: sid ? JSON.stringify({ sid }) : undefined }, this.#platform),
    );
    if (!this.#isOver) this.onOpen();
    const frames = new FrameReader(this.opts.maxPayload ?? 104_857_600, this.#platform);
    const reader = readable.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.#isOver) return;
      if (value !== undefined) for (const packet of frames.receive(value)) this.#take(packet);
    }
  }

  #take(packet: Packet): void {
    if (!this.#isOver) this.onPacket(packetOf(packet, this.socket.binaryType));
  }

  /** Resolves when all has left. */
  async #send(packets: readonly EnginePacket[]): Promise<void> {
    const frames = (await wirePackets(packets)).map((packet) => encodeFrame(packet, this.#platform));
    await Promise.all(frames.map((frame) => this.#writer?.write(frame)));
  }

  #end(): void {
    if (this.#isOver) return;
    this.doClose();
    this.onClose();
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.doClose();
    this.onError(error instanceof EnginePacketError ? "parse error" : "webtransport error", error);
  }
}
