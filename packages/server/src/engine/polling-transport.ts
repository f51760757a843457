/** HTTP long-polling, by XHR or JSONP: packets go down as the answers to GETs, and come up by POST (engine.io-protocol 4 and 3). */

import { EnginePacketError, type Packet } from "@anywire/protocol/engine";
import { DataRequests } from "./data-requests.ts";
import { TransportError } from "./engine-errors.ts";
import type { ResolvedEngineOptions } from "./engine-options.ts";
import { refuse } from "./http-answer.ts";
import { type Outgoing, packetsOf } from "./outgoing-queue.ts";
import { type PayloadFormat, payloadFormatOf } from "./payload-format.ts";
import { Poll } from "./poll.ts";
import {
  type EngineProtocol,
  type Exchange,
  type HttpTransport,
  nobody,
  type TransportEnd,
  type TransportHandler,
  type TransportSetup,
} from "./transport.ts";

type State = "open" | "closing" | "closed";

/** Milliseconds that a transport that closes waits for a poll, to tell its client (engine.io). */
const closeTimeout = 30_000;

const close: readonly Packet[] = [{ type: "close" }];
const noop: readonly Packet[] = [{ type: "noop" }];

export class PollingTransport implements HttpTransport {
  readonly name = "polling";
  readonly protocol: EngineProtocol;
  handler: TransportHandler = nobody;
  bufferedBytes = 0;
  bytesRead = 0;
  /** @internal Of the POSTs. */
  readonly options: ResolvedEngineOptions;
  /** @internal Of the POSTs. */
  readonly format: PayloadFormat;
  private readonly posts: DataRequests;
  private state: State = "open";
  /** The poll that waits for packets. */
  private poll: Poll | undefined = undefined;
  /** Of a transport that closes. */
  private farewell = close;
  private closeDone: (() => void) | undefined = undefined;
  private closeTimer: NodeJS.Timeout | undefined = undefined;

  constructor(setup: TransportSetup) {
    const { protocol, options } = setup;
    this.protocol = protocol;
    this.options = options;
    this.format = payloadFormatOf(setup);
    this.posts = new DataRequests(this);
  }

  get writable(): boolean {
    return this.poll !== undefined && this.state === "open";
  }

  handleRequest(exchange: Exchange): void {
    this.bytesRead += 1; // its head, whatever its length
    const { method } = exchange.request;
    if (this.state === "closed") refuse(exchange, "not-open");
    else if (method === "GET") this.receivePoll(exchange);
    else if (method === "POST") this.posts.receive(exchange);
    else refuse(exchange, "method-not-allowed");
  }

  send(batch: readonly Outgoing[]): void {
    const packets = packetsOf(batch);
    this.answer(
      packets,
      packets.some(({ options }) => options?.compress !== false),
    );
  }

  close(done: () => void, last?: string): void {
    if (this.state !== "open") return done();
    if (last !== undefined) this.farewell = [{ type: "close", data: last }];
    this.posts.mute();
    this.closeDone = done;
    this.state = "closing";
    if (this.poll !== undefined) this.closeNow();
    else this.closeTimer = setTimeout(() => this.closeNow(), closeTimeout).unref();
  }

  discard(): void {
    this.handler = nobody;
    this.end(noop);
  }

  /** @internal Of the POSTs. */
  received(bytes: number): void {
    this.bytesRead += bytes;
  }

  /** @internal Of the POSTs. */
  ended(reason: TransportEnd, description?: unknown): void {
    if (this.state === "closing") return this.closeNow();
    if (this.state === "closed") return;
    this.end(reason === "transport close" ? noop : close); // who goes needs not be told
    this.handler.closed(reason, description);
  }

  /** @internal Of the polls. */
  pollClosed(poll: Poll): void {
    this.bufferedBytes -= poll.bytes;
    if (poll === this.poll) this.poll = undefined;
    if (!poll.isDelivered) this.ended("transport error", new TransportError("poll connection closed prematurely"));
    else if (this.state === "open") this.handler.writable();
  }

  private receivePoll(exchange: Exchange): void {
    if (this.poll !== undefined) {
      refuse(exchange, "overlapping-poll");
      return this.ended("transport error", new TransportError("overlap from client"));
    }
    const poll = new Poll(exchange, this.options);
    this.poll = poll;
    poll.watch(this);
    if (this.poll !== poll) return;
    if (this.state === "closing") this.closeNow();
    else this.handler.writable();
  }

  private answer(packets: readonly Packet[], compresses: boolean): void {
    const { poll } = this;
    if (poll === undefined) return;
    const payload = this.encode(packets);
    if (payload instanceof EnginePacketError)
      return this.ended("transport error", new TransportError(payload.message, payload));
    this.poll = undefined;
    poll.answer(payload, compresses && this.options.httpCompression);
    this.bufferedBytes += poll.bytes;
  }

  private encode(packets: readonly Packet[]): string | Uint8Array | EnginePacketError {
    try {
      return this.format.encode(packets);
    } catch (error) {
      if (error instanceof EnginePacketError) return error;
      throw error;
    }
  }

  private closeNow(): void {
    const done = this.closeDone;
    this.closeDone = undefined;
    this.end(this.farewell);
    done?.();
  }

  /** Whoever waits for an answer gets it. */
  private end(last: readonly Packet[]): void {
    this.state = "closed";
    clearTimeout(this.closeTimer);
    this.answer(last, false);
    this.posts.end();
  }
}
