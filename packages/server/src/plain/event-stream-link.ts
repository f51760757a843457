/** An event stream as a link (wires: "SSE"): events go down the stream; answers and the client's events come up by POST. */

import { encodeEvent, type Session } from "@anywire/eventsource/server";
import type { CloseReason, Format, Hello, Link, LinkHandler, PreparedRun, Room } from "../link.ts";
import { roomFor } from "../link.ts";
import { SlowConsumer } from "../slow-consumer.ts";
import { formatOutgoing, streamEventOf } from "./envelopes.ts";
import { openEvent } from "./opening.ts";
import type { ResolvedPlainOptions } from "./options.ts";
import { closeEvent, partings, partingTimeout } from "./parting.ts";

/**
 * Id of the last event to a client that the program disconnected. An EventSource can be told to stay away only by a 204
 * when it comes back, and this is what it then says in `Last-Event-ID`.
 */
export const stopId = "anywire:stop";

interface EventStreamLinkOptions {
  readonly handler: LinkHandler;
  readonly stream: Session;
  /** The client reads every event as an envelope. */
  readonly isEnveloped: boolean;
  readonly limits: Pick<ResolvedPlainOptions, "maxBufferedBytes" | "maxBufferedAge">;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

const streamFormat: Format<Buffer> = {
  encode: (event) => Buffer.from(encodeEvent(streamEventOf(event))),
  join: (parts) => Buffer.concat(parts),
};

/** Every event is a `message`, whose data is the envelope: the client needs no listener for each name. */
const envelopeFormat: Format<Buffer> = {
  encode: (event) => Buffer.from(encodeEvent({ data: formatOutgoing(event), id: event.id })),
  join: streamFormat.join,
};

export class EventStreamLink implements Link {
  readonly wire = "eventsource";
  /** By POST. */
  readonly canAck = true;
  readonly hearsErrors = true;
  readonly hearsHello = true;
  private readonly options: EventStreamLinkOptions;
  private readonly format: Format<Buffer>;
  private readonly consumer: SlowConsumer;
  private isClosed = false;
  private cut: NodeJS.Timeout | undefined;

  constructor(options: EventStreamLinkOptions) {
    const { stream, limits, now } = options;
    this.options = options;
    this.format = options.isEnveloped ? envelopeFormat : streamFormat;
    this.consumer = new SlowConsumer({
      limits: { bytes: limits.maxBufferedBytes, age: limits.maxBufferedAge },
      now,
      waiting: () => stream.bufferedBytes,
      exceeded: () => this.close("slow-consumer"),
    });
    stream.on("drain", () => this.drained());
    stream.on("close", () => this.gone());
  }

  get bufferedBytes(): number {
    return this.options.stream.bufferedBytes;
  }

  get room(): Room {
    return roomFor(this.bufferedBytes, this.options.limits.maxBufferedBytes);
  }

  open(hello: Hello): void {
    this.write(this.format.encode(openEvent(hello)));
  }

  send(run: PreparedRun): void {
    if (run.options.volatile && this.consumer.isCongested) return;
    this.write(run.encodedFor(this.format));
  }

  close(reason: CloseReason, retry?: number): void {
    if (this.isClosed) return;
    const { stream, handler } = this.options;
    const id = reason === "disconnected" ? stopId : undefined;
    this.write(this.format.encode({ ...closeEvent(reason, retry), id }));
    if (retry !== undefined) stream.retry(retry);
    this.isClosed = true;
    this.consumer.stop();
    this.cut = setTimeout(() => stream.destroy(), partingTimeout);
    stream.close();
    process.nextTick(() => handler.closed(partings[reason].disconnectReason)); // never within a call from the handler
  }

  private write(bytes: Buffer | undefined): void {
    if (bytes === undefined || this.isClosed) return;
    this.options.stream.write(bytes);
    this.consumer.sent(bytes.length);
  }

  private drained(): void {
    if (this.isClosed) return;
    this.consumer.taken();
    this.options.handler.drained();
  }

  private gone(): void {
    clearTimeout(this.cut);
    if (this.isClosed) return;
    this.isClosed = true;
    this.consumer.stop();
    this.options.handler.closed("transport close");
  }
}
