/** Engine.IO packets on one bidirectional stream of a WebTransport session (engine.io-protocol 4, "WebTransport"). */

import { EnginePacketError, encodeFrame, FrameReader } from "@anywire/protocol/engine";
import { Messages } from "./messages.ts";
import { dataOf, nodePlatform } from "./node-platform.ts";
import type { Outgoing } from "./outgoing-queue.ts";
import { nobody, type Transport, type TransportEnd, type TransportHandler } from "./transport.ts";
import type { Reader, WebTransportSession, WebTransportStream, Writer } from "./webtransport-session.ts";

/** Milliseconds that a client has to take what is left for it, before the session is closed. */
const partingTimeout = 5_000;

export class WebTransportTransport implements Transport {
  readonly name = "webtransport";
  readonly protocol = 4;
  handler: TransportHandler = nobody;
  bufferedBytes = 0;
  bytesRead = 0;
  private readonly session: WebTransportSession;
  private readonly reader: Reader<Uint8Array>;
  private readonly writer: Writer;
  private readonly frames: FrameReader;
  private isClosed = false;

  /** @param maxPayload bytes of the longest packet */
  constructor(session: WebTransportSession, stream: WebTransportStream, maxPayload: number) {
    this.session = session;
    this.reader = stream.readable.getReader();
    this.writer = stream.writable.getWriter();
    this.frames = new FrameReader(maxPayload, nodePlatform);
  }

  get writable(): boolean {
    return !this.isClosed;
  }

  /** Reads until the stream ends. Called once, after `handler` was set. */
  async read(): Promise<void> {
    const over = (): void => this.end("transport close");
    this.session.closed.then(over, over);
    try {
      for (;;) {
        const { done, value } = await this.reader.read();
        if (done || this.isClosed) return over();
        if (value !== undefined) this.take(value);
      }
    } catch (error) {
      this.end(error instanceof EnginePacketError ? "parse error" : "transport error", error);
    }
  }

  send(batch: readonly Outgoing[]): void {
    if (this.isClosed) return;
    const frames = batch.map((item) => (item instanceof Messages ? framesOf(item) : encodeFrame(item, nodePlatform)));
    const [first] = frames;
    this.write(first !== undefined && frames.length === 1 ? first : Buffer.concat(frames));
  }

  close(done: () => void, last?: string): void {
    if (last !== undefined) this.send([{ type: "close", data: last }]);
    if (!this.isClosed) this.part();
    done();
  }

  discard(): void {
    this.handler = nobody;
    if (this.isClosed) return;
    this.isClosed = true;
    this.cut();
  }

  private write(bytes: Uint8Array): void {
    const { length } = bytes;
    this.bufferedBytes += length;
    const left = (): void => this.left(length);
    this.writer.write(bytes).then(left, left); // that it failed is told by the session's end
  }

  private left(bytes: number): void {
    this.bufferedBytes -= bytes;
    if (this.bufferedBytes === 0 && !this.isClosed) this.handler.writable();
  }

  /** @throws {EnginePacketError} */
  private take(chunk: Uint8Array): void {
    this.bytesRead += chunk.length;
    for (const { type, data } of this.frames.receive(chunk)) {
      if (this.isClosed) return;
      if (type === "close") return this.end("transport close");
      this.handler.packet(type, dataOf(data));
    }
  }

  private end(reason: TransportEnd, description?: unknown): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.cut(description instanceof EnginePacketError ? description.message : undefined);
    this.handler.closed(reason, description);
  }

  /** What was sent leaves first, if the client takes it. */
  private part(): void {
    this.isClosed = true;
    const cut = (): void => {
      clearTimeout(timer);
      this.cut();
    };
    const timer = setTimeout(cut, partingTimeout).unref();
    this.writer.close().then(cut, cut);
  }

  private cut(reason?: string): void {
    this.reader.cancel().catch(ignore);
    this.writer.abort().catch(ignore);
    closeSession(this.session, reason);
  }
}

/** The client is told why, where there is something to tell. One that is closed already may object. */
export function closeSession(session: WebTransportSession, reason?: string): void {
  try {
    Promise.resolve(session.close(reason === undefined ? undefined : { closeCode: 0, reason })).catch(ignore);
  } catch {
    // it is over in any case
  }
}

const encoded = new WeakMap<Messages, Uint8Array>();

/** Framed once, however many streams take them. */
function framesOf(messages: Messages): Uint8Array {
  const known = encoded.get(messages);
  if (known !== undefined) return known;
  const frames = Buffer.concat(messages.packets.map((packet) => encodeFrame(packet, nodePlatform)));
  encoded.set(messages, frames);
  return frames;
}

function ignore(): void {}
