/** The streaming transports, EIO 4 only: packets go down in one response, and come up by POST (docs/streaming-transports.md). */

import { DataRequests } from "./data-requests.ts";
import { TransportError } from "./engine-errors.ts";
import type { ResolvedEngineOptions } from "./engine-options.ts";
import { EventPacketStream } from "./event-packet-stream.ts";
import { refuse } from "./http-answer.ts";
import type { Outgoing } from "./outgoing-queue.ts";
import type { OpenPacketStream, PacketStream } from "./packet-stream.ts";
import { textFormat } from "./payload-format.ts";
import { ScriptPacketStream } from "./script-packet-stream.ts";
import {
  type Exchange,
  type HttpTransport,
  nobody,
  type TransportEnd,
  type TransportHandler,
  type TransportSetup,
} from "./transport.ts";

export type StreamName = "eventsource" | "iframe";

const openers: Readonly<Record<StreamName, OpenPacketStream>> = {
  eventsource: (exchange, handler) => new EventPacketStream(exchange, handler),
  iframe: (exchange, handler) => new ScriptPacketStream(exchange, handler),
};

/** Milliseconds that a client has to take what is left for it, and to go. */
const partingTimeout = 5_000;

const close: readonly Outgoing[] = [{ type: "close" }];
const noop: readonly Outgoing[] = [{ type: "noop" }];

export class StreamingTransport implements HttpTransport {
  readonly name: StreamName;
  readonly protocol = 4;
  /** @internal Of the POSTs: theirs are those of XHR polling. */
  readonly format = textFormat;
  handler: TransportHandler = nobody;
  bytesRead = 0;
  /** @internal Of the POSTs. */
  readonly options: ResolvedEngineOptions;
  /** It is opened for a session that is there already. */
  private readonly isUpgrade: boolean;
  private readonly posts: DataRequests;
  private stream: PacketStream | undefined = undefined;
  private isClosed = false;
  private parting: NodeJS.Timeout | undefined = undefined;

  constructor(name: StreamName, setup: TransportSetup) {
    this.name = name;
    this.isUpgrade = setup.query.sid !== undefined;
    this.options = setup.options;
    this.posts = new DataRequests(this);
  }

  get writable(): boolean {
    return this.stream !== undefined && !this.isClosed;
  }

  get bufferedBytes(): number {
    return this.stream?.bufferedBytes ?? 0;
  }

  handleRequest(exchange: Exchange): void {
    this.bytesRead += 1; // its head, whatever its length
    const { method } = exchange.request;
    if (method !== "GET" && method !== "POST") refuse(exchange, "method-not-allowed");
    else if (this.isClosed || (method === "POST" && this.stream === undefined)) refuse(exchange, "not-open");
    else if (method === "POST") this.posts.receive(exchange);
    else this.open(exchange);
  }

  send(batch: readonly Outgoing[]): void {
    if (this.writable) this.stream?.write(batch);
  }

  close(done: () => void, last?: string): void {
    this.end(last === undefined ? close : [{ type: "close", data: last }]);
    done();
  }

  discard(): void {
    this.handler = nobody;
    const { stream } = this;
    this.end([]);
    if (this.bufferedBytes > 0) stream?.destroy();
  }

  /** @internal Of the POSTs. */
  received(bytes: number): void {
    this.bytesRead += bytes;
  }

  /** @internal Of the POSTs. */
  ended(reason: TransportEnd, description?: unknown): void {
    if (this.isClosed) return;
    this.end(reason === "transport close" ? [] : close); // who goes needs not be told
    this.handler.closed(reason, description);
  }

  /** @internal Of the stream. */
  drained(): void {
    if (!this.isClosed) this.handler.writable();
  }

  /** @internal Of the stream. */
  streamClosed(): void {
    clearTimeout(this.parting);
    this.stream = undefined;
    this.ended("transport close");
  }

  private open(exchange: Exchange): void {
    if (this.stream !== undefined) {
      refuse(exchange, "overlapping-poll");
      return this.ended("transport error", new TransportError("overlap from client"));
    }
    this.stream = openers[this.name](exchange, this);
    if (this.isUpgrade) this.stream.write(noop); // the client sees that it is open, and may send its probe
    this.handler.writable();
  }

  private end(last: readonly Outgoing[]): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.posts.end();
    const { stream } = this;
    if (stream === undefined) return;
    this.parting = setTimeout(() => stream.destroy(), partingTimeout).unref();
    if (last.length > 0) stream.write(last);
    stream.end();
  }
}
