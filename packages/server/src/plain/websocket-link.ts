/** A WebSocket as a link (wires: "Envelope"): frames to events and back, for bare clients, `anywire.v1` and `anywire.raw`. */

import { PreparedMessage, WebSocket } from "@anywire/websocket";
import { Refusal } from "../errors.ts";
import type { CloseReason, Format, Hello, Link, LinkHandler, OutgoingEvent, PreparedRun, Room } from "../link.ts";
import { roomFor } from "../link.ts";
import { SlowConsumer } from "../slow-consumer.ts";
import { TokenBucket } from "../token-bucket.ts";
import { type Departing, departSoon } from "./departures.ts";
import { formatAck, parseText } from "./envelopes.ts";
import { openEvent } from "./opening.ts";
import type { ResolvedPlainOptions } from "./options.ts";
import { closeEvent, partings } from "./parting.ts";
import type { Subprotocol } from "./subprotocol.ts";
import { websocketFormats } from "./websocket-format.ts";

interface WebSocketLinkOptions {
  readonly handler: LinkHandler;
  readonly ws: WebSocket;
  readonly subprotocol: Subprotocol;
  readonly limits: Pick<ResolvedPlainOptions, "maxBufferedBytes" | "maxBufferedAge" | "rate">;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Answers that are kept until the client was told who it is; the link closes at more. */
const maxEarly = 1_000;

export class WebSocketLink implements Link, Departing {
  readonly wire = "websocket";
  readonly canAck: boolean;
  readonly hearsErrors = true;
  readonly hearsHello: boolean;
  private readonly handler: LinkHandler;
  private readonly ws: WebSocket;
  private readonly subprotocol: Subprotocol;
  private readonly format: Format<PreparedMessage>;
  private readonly consumer: SlowConsumer;
  private readonly rate: TokenBucket;
  private readonly maxBufferedBytes: number;
  private isClosed = false;
  private hasFailed = false;
  /** Answers that were given before the client was told who it is; undefined once it was. */
  private early: PreparedMessage[] | undefined = [];
  private earlyBytes = 0;
  /** Bytes of runs that are to depart. */
  private departing = 0;

  constructor({ handler, ws, subprotocol, limits, now }: WebSocketLinkOptions) {
    this.handler = handler;
    this.ws = ws;
    this.subprotocol = subprotocol;
    this.canAck = subprotocol === "anywire.v1";
    this.hearsHello = this.canAck;
    this.format = websocketFormats[subprotocol];
    this.rate = new TokenBucket(limits.rate, now);
    this.maxBufferedBytes = limits.maxBufferedBytes;
    this.consumer = new SlowConsumer({
      limits: { bytes: limits.maxBufferedBytes, age: limits.maxBufferedAge },
      now,
      waiting: () => ws.bufferedAmount,
      exceeded: () => this.close("slow-consumer"),
    });
    ws.on("message", (data: Buffer, isBinary: boolean) => this.receive(data, isBinary));
    ws.on("drain", () => this.drained());
    ws.on("error", () => {
      this.hasFailed = true; // the close code says to the other end what it was
    });
    ws.on("close", () => this.end(this.hasFailed ? "transport error" : "transport close"));
  }

  get bufferedBytes(): number {
    return this.ws.bufferedAmount;
  }

  get room(): Room {
    return roomFor(this.bufferedBytes, this.maxBufferedBytes);
  }

  open(hello: Hello): void {
    this.control(openEvent(hello));
    const early = this.early ?? [];
    this.early = undefined;
    if (early.length > 0) this.write(PreparedMessage.join(early));
  }

  send(run: PreparedRun): void {
    if (this.isClosed || (run.options.volatile && this.consumer.isCongested)) return;
    const message = run.encodedFor(this.format);
    if (message === undefined) return;
    this.ws.send(message);
    if (this.departing === 0) departSoon(this);
    this.departing += message.frames.length;
    if (this.departing > this.maxBufferedBytes) this.depart();
  }

  /** The hot path of a broadcast: the consumer is bothered only if there is something to watch. */
  depart(): void {
    const bytes = this.departing;
    this.departing = 0;
    if (bytes === 0 || this.isClosed) return;
    try {
      this.ws.flush();
    } catch {
      this.hasFailed = true; // a stream that throws: the others that are to depart are not to suffer
      this.ws.terminate();
      return;
    }
    if (this.ws.bufferedAmount > 0 || this.consumer.isWatching) this.consumer.written(bytes);
  }

  close(reason: CloseReason, retry?: number): void {
    if (this.isClosed) return;
    const { closeCode, disconnectReason } = partings[reason];
    this.control(closeEvent(reason, retry));
    this.leave({ code: closeCode, reason, told: disconnectReason });
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (this.isClosed) return;
    try {
      if (this.rate.take() > 0) throw new Refusal("too-many");
      if (isBinary) this.message(data);
      else if (this.subprotocol === "anywire.raw") this.message(data.toString());
      else this.text(data.toString());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(error);
    }
  }

  private message(data: string | Buffer): void {
    this.handler.receive({ name: "message", args: [data], id: undefined }, undefined);
  }

  private text(text: string): void {
    const frame = parseText(text);
    if (frame === undefined) this.message(text);
    else if ("answer" in frame) this.handler.answered(frame.ack, frame.answer);
    else {
      const { ack, ...event } = frame;
      this.handler.receive(
        event,
        ack === undefined ? undefined : (answer) => this.answer(WebSocket.prepare(formatAck(ack, answer))),
      );
    }
  }

  private answer(message: PreparedMessage): void {
    if (this.early === undefined) return this.write(message);
    this.early.push(message);
    this.earlyBytes += message.frames.length;
    if (this.early.length > maxEarly || this.earlyBytes > this.maxBufferedBytes) this.close("slow-consumer");
  }

  /** The client broke a rule of the wire. */
  private refuse({ code, closeCode }: Refusal): void {
    this.control(closeEvent(code, undefined));
    this.leave({ code: closeCode, reason: code, told: "parse error" });
  }

  private control(event: OutgoingEvent): void {
    if (this.subprotocol !== "anywire.v1") return; // others would take it for an event of the application
    const message = this.format.encode(event);
    if (message !== undefined) this.write(message);
  }

  private write(message: PreparedMessage): void {
    if (this.isClosed) return;
    this.ws.send(message);
    this.consumer.sent(message.frames.length);
  }

  private leave({ code, reason, told }: { code: number; reason: string; told: string }): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.consumer.stop();
    this.ws.close(code, reason);
    process.nextTick(() => this.handler.closed(told)); // never within a call from the handler
  }

  private drained(): void {
    if (this.isClosed) return;
    this.consumer.taken();
    this.handler.drained();
  }

  private end(reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.consumer.stop();
    this.handler.closed(reason);
  }
}
