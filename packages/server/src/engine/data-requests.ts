/** The POSTs that bring packets up, one at a time: of polling and of the streams (engine.io-protocol, "HTTP long-polling"). */

import { EnginePacketError, type Packet } from "@anywire/protocol/engine";
import { type BodyFailure, type BodyHandler, RequestBody } from "../request-body.ts";
import { TransportError } from "./engine-errors.ts";
import type { ResolvedEngineOptions } from "./engine-options.ts";
import { answerOk, refuse } from "./http-answer.ts";
import { dataOf } from "./node-platform.ts";
import type { PayloadFormat, PayloadOptions } from "./payload-format.ts";
import type { EngineProtocol, Exchange, TransportEnd, TransportHandler } from "./transport.ts";

/** The transport that the packets come for. */
interface DataRequestsPort {
  /** Bodies of EIO 3 may be bytes. */
  readonly protocol: EngineProtocol;
  readonly options: Pick<ResolvedEngineOptions, "maxHttpBufferSize" | "bodyTimeout"> & PayloadOptions;
  readonly format: PayloadFormat;
  readonly handler: TransportHandler;
  /** Bytes came from the client. */
  received(bytes: number): void;
  /** The client goes, or broke a rule: the transport is to end. */
  ended(reason: TransportEnd, description?: unknown): void;
}

export class DataRequests implements BodyHandler {
  private readonly port: DataRequestsPort;
  private current: DataRequest | undefined = undefined;
  /** Nobody wants packets any more. */
  private isMuted = false;

  constructor(port: DataRequestsPort) {
    this.port = port;
  }

  receive(exchange: Exchange): void {
    if (this.current !== undefined) return this.refuseOverlap(exchange);
    const isBinary = saysBinary(exchange);
    if (isBinary && this.port.protocol === 4) {
      refuse(exchange, "bytes-not-taken"); // answered in any case (CVE-2026-59725)
      return this.port.ended("transport error", new TransportError("invalid content"));
    }
    const { maxHttpBufferSize: maxBytes, bodyTimeout: timeout } = this.port.options;
    this.current = { exchange, isBinary, body: new RequestBody(exchange.request, { maxBytes, timeout }, this) };
    this.current.body.read();
  }

  /** From now on, what comes is answered and dropped, but for the client's own farewell. */
  mute(): void {
    this.isMuted = true;
  }

  /** Nothing is read any more. */
  end(): void {
    this.mute();
    const request = this.take();
    request?.body.abandon();
    if (request !== undefined) refuse(request.exchange, "not-open");
  }

  /** @internal Of the body. */
  received(bytes: number): void {
    this.port.received(bytes);
  }

  /** @internal Of the body. */
  complete(body: Buffer): void {
    const request = this.take();
    if (request === undefined) return;
    const packets = this.decode(body, request.isBinary);
    if (packets instanceof EnginePacketError) {
      refuse(request.exchange, "bad-payload");
      return this.port.ended("parse error", packets);
    }
    this.deliver(packets);
    answerOk(request.exchange);
  }

  /** @internal Of the body. */
  failed(failure: BodyFailure): void {
    const request = this.take();
    if (request === undefined) return;
    if (failure !== "aborted") refuse(request.exchange, failure);
    if (failure !== "too-large") this.port.ended("transport error", new TransportError(failures[failure]));
  }

  private take(): DataRequest | undefined {
    const { current } = this;
    this.current = undefined;
    return current;
  }

  private refuseOverlap(exchange: Exchange): void {
    refuse(exchange, "overlapping-post");
    this.port.ended("transport error", new TransportError("data request overlap from client"));
  }

  private decode(body: Buffer, isBinary: boolean): readonly Packet[] | EnginePacketError {
    const { format, options } = this.port;
    try {
      return format.decode(body, isBinary, options);
    } catch (error) {
      if (error instanceof EnginePacketError) return error;
      throw error;
    }
  }

  private deliver(packets: readonly Packet[]): void {
    for (const { type, data } of packets) {
      if (type === "close") return this.port.ended("transport close");
      if (!this.isMuted) this.port.handler.packet(type, dataOf(data));
    }
  }
}

interface DataRequest {
  readonly exchange: Exchange;
  readonly isBinary: boolean;
  readonly body: RequestBody;
}

/** Why the transport ends. A body that is too large does not end it: the client is told, and it has no packet of it (engine.io). */
const failures = {
  "too-slow": "data request too slow",
  aborted: "data request connection closed prematurely",
} as const satisfies Partial<Record<BodyFailure, string>>;

function saysBinary({ request }: Exchange): boolean {
  const [type = ""] = (request.headers["content-type"] ?? "").split(";");
  return type.trim().toLowerCase() === "application/octet-stream";
}
