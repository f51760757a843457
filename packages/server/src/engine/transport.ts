/** The port between an Engine.IO session and what carries it: a transport (engine.io-protocol, "Transports"). */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Packet, PacketType } from "@anywire/protocol/engine";
import type { ResolvedEngineOptions } from "./engine-options.ts";
import type { EngineQuery } from "./handshake-request.ts";
import type { Messages } from "./messages.ts";

export type TransportName = "polling" | "websocket" | "eventsource" | "iframe" | "webtransport";

/** Carried by one long answer, and POSTs: EIO 4 only. */
export function isStream(name: string): name is "eventsource" | "iframe" {
  return name === "eventsource" || name === "iframe";
}

/** The revision of the protocol that a client speaks: its `EIO`. */
export type EngineProtocol = 3 | 4;

/** Why a transport is gone. */
export type TransportEnd = "transport close" | "transport error" | "parse error";

/** The session, or the probe of an upgrade. Nothing here throws. */
export interface TransportHandler {
  /** @param data text without the digit of its type, or the bytes of a message */
  packet(type: PacketType, data: string | Buffer | undefined): void;
  /** It can take packets (again): a poll has come, or what waited has left. */
  writable(): void;
  /** Exactly once, unless `close` or `discard` was called. */
  closed(reason: TransportEnd, description?: unknown): void;
}

export interface Transport {
  readonly name: TransportName;
  readonly protocol: EngineProtocol;
  /** Who hears of it. Replaced when an upgrade is complete. */
  handler: TransportHandler;
  /** It takes packets now: a poll waits, or a stream is open. */
  readonly writable: boolean;
  /** Bytes that were handed over and have not left the process. */
  readonly bufferedBytes: number;
  /** Any byte from the client counts as life. */
  readonly bytesRead: number;
  /** In order. Only while `writable`. */
  send(batch: readonly (Messages | Packet)[]): void;
  /**
   * Ends it after what was sent: a poll that comes is told so, for a limited time.
   * @param done called once
   * @param last what a client of ours is told in a `close` packet; without it, some transports send none
   */
  close(done: () => void, last?: string): void;
  /** Silent from now on, and its resources go; a request that waits is answered. */
  discard(): void;
}

/** A transport that HTTP requests carry: polling, and the streams. */
export interface HttpTransport extends Transport {
  /** A GET or POST that names the session and this transport. It is answered in any case. */
  handleRequest(exchange: Exchange): void;
}

export function isHttpTransport(transport: Transport): transport is HttpTransport {
  return "handleRequest" in transport;
}

/** One HTTP request, and what its answer carries in any case. */
export interface Exchange {
  readonly request: IncomingMessage;
  /** Headers of CORS and of middlewares are set on it already. */
  readonly response: ServerResponse;
  readonly query: EngineQuery;
  /** What listeners of `initial_headers` and `headers` have added, and the cookie: the answer carries them too. */
  readonly headers: ResponseHeaders;
}

export type ResponseHeaders = Record<string, string | string[]>;

export interface TransportSetup {
  readonly protocol: EngineProtocol;
  /** Of the request that asks for the transport. */
  readonly query: EngineQuery;
  readonly options: ResolvedEngineOptions;
}

/** Makes a transport; its first request follows by `handleRequest`, after `handler` was set. */
export type TransportFactory = (setup: TransportSetup) => HttpTransport;

/** Of a transport that is nobody's yet, or nobody's any more. */
export const nobody: TransportHandler = {
  packet() {},
  writable() {},
  closed() {},
};

/** In order if it can be told, else at once: nobody waits for it. */
export function endTransport(transport: Transport): void {
  transport.handler = nobody;
  if (transport.writable) transport.close(() => {});
  else transport.discard();
}
