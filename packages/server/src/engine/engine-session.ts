/** One client's Engine.IO session, whatever carries it: engine.io's `Socket` (engine.io-protocol, versions 3 and 4). */

import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Packet, PacketType } from "@anywire/protocol/engine";
import type { EngineServer } from "./engine-server.ts";
import type { Messages } from "./messages.ts";
import type { EngineProtocol, Transport, TransportEnd, TransportHandler } from "./transport.ts";

/** Who uses the session: it hears without any event being emitted. */
export interface SessionHandler {
  message(data: string | Buffer): void;
  /** Nothing waits any more. */
  drained(): void;
  /** Once. `reason` is engine.io's: "transport close", "transport error", "ping timeout", "parse error", "forced close". */
  closed(reason: string, description?: unknown): void;
}

export type ReadyState = "opening" | "open" | "closing" | "closed";

export interface SendOptions {
  /** @default true */
  readonly compress?: boolean | undefined;
}

export type SendCallback = (transport: Transport) => void;

/** What opens a session. */
export interface SessionSetup {
  readonly id: string;
  readonly server: EngineServer;
  readonly request: IncomingMessage;
  readonly transport: Transport;
  readonly isOurs: boolean;
}

export class EngineSession extends EventEmitter implements TransportHandler {
  readonly id: string;
  readonly server: EngineServer;
  /** The first request. */
  readonly request: IncomingMessage;
  readonly protocol: EngineProtocol;
  readonly remoteAddress: string;
  /** The client says `anywire=1`: it knows our extras. */
  readonly isOurs: boolean;
  handler: SessionHandler | undefined;
  readyState: ReadyState;
  transport: Transport;
  upgraded: boolean;

  constructor(setup: SessionSetup) {
    super();
    const { id, server, request, transport, isOurs } = setup;
    this.id = id;
    this.server = server;
    this.request = request;
    this.protocol = transport.protocol;
    this.remoteAddress = request.socket.remoteAddress ?? "";
    this.isOurs = isOurs;
    this.handler = undefined;
    this.readyState = "opening";
    this.transport = transport;
    this.upgraded = false;
  }

  /** An upgrade goes on. */
  get upgrading(): boolean {
    return false;
  }

  /** What waits for the transport. */
  get writeBuffer(): readonly (Messages | Packet)[] {
    return [];
  }

  /** Bytes that wait here and in the transport. */
  get bufferedBytes(): number {
    return this.transport.bufferedBytes;
  }

  /** Something waits that was sent before this tick: what may be dropped had better be. */
  get isCongested(): boolean {
    return !this.transport.writable;
  }

  /** Messages that several sessions may share. */
  sendMessages(_messages: Messages): void {}

  /** One text to this client alone. */
  sendText(_text: string): void {}

  /** A message, as with engine.io. `callback` is called when it has left. */
  send(
    _data: string | ArrayBuffer | ArrayBufferView,
    _options?: SendOptions | SendCallback,
    _callback?: SendCallback,
  ): this {
    return this;
  }

  /** The same as `send`. */
  write(
    data: string | ArrayBuffer | ArrayBufferView,
    options?: SendOptions | SendCallback,
    callback?: SendCallback,
  ): this {
    return this.send(data, options, callback);
  }

  /** After what was sent has left. @param discard at once: what waits is lost */
  close(_discard?: boolean): void {}

  /** @internal Of the transport. */
  packet(_type: PacketType, _data: string | Buffer | undefined): void {}

  /** @internal Of the transport. */
  writable(): void {}

  /** @internal Of the transport. */
  closed(_reason: TransportEnd, _description?: unknown): void {}
}
