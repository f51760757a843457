/** One way to carry a session's packets (port): engine.io-client's `Transport`, so that its transports fit here and ours fit there. */

import { decodeCompactText } from "@anywire/protocol/compact";
import type { Anything } from "@anywire/protocol/emitter";
import type { Base64, PacketType } from "@anywire/protocol/engine";
import type { BinaryType, CookieJar } from "../platform.ts";
import { webBase64 } from "../web-base64.ts";
import type { EngineOptions } from "./engine-options.ts";
import { IsolatedEmitter } from "./isolated-emitter.ts";

/** Data of one message, as the program gives it and gets it. */
export type RawData = string | ArrayBuffer | ArrayBufferView | Blob;

export interface EnginePacket {
  readonly type: PacketType;
  readonly data?: RawData | undefined;
  readonly options?: { readonly compress?: boolean | undefined } | undefined;
}

/** In the place of a packet that could not be read. */
export interface ErrorPacket {
  readonly type: "error";
  readonly data: string;
}

/** What a transport knows of its session. */
export interface TransportHost {
  readonly id?: string | null | undefined;
  readonly binaryType: BinaryType;
  /** @default that of browsers, which Node.js has too */
  readonly base64?: Base64 | undefined;
  /** @internal */
  readonly _cookieJar?: CookieJar | undefined;
}

/** The options of the session as one transport gets them: its own `transportOptions` are merged in. */
export interface TransportOptions extends EngineOptions {
  readonly hostname: string;
  readonly port: string | number;
  readonly secure: boolean;
  readonly path: string;
  readonly query: Record<string, unknown>;
  readonly socket: TransportHost;
}

/** What a session needs of a transport: ours have it, and engine.io-client's. */
interface TransportFace {
  query: object;
  writable: boolean;
  get name(): string;
  open(): unknown;
  close(): unknown;
  send(packets: Anything[]): void;
  pause(paused: () => void): void;
  on(event: Anything, listener: Anything): unknown;
  off(event?: Anything, listener?: Anything): unknown;
}

export interface TransportConstructor {
  new (options: Anything): TransportFace;
  readonly prototype: { readonly name: string };
}

/** Why a transport has closed. */
export interface CloseDetails {
  readonly description: string;
  readonly context?: unknown;
}

export interface TransportEvents {
  open(): void;
  packet(packet: EnginePacket | ErrorPacket): void;
  /** What was given to `send` has left: it may be called again. */
  drain(): void;
  error(error: Error): void;
  close(details?: CloseDetails): void;
  poll(): void;
  pollComplete(): void;
}

export type TransportState = "opening" | "open" | "pausing" | "paused" | "closed";

/** The carrier failed. */
export class TransportError extends Error {
  readonly type = "TransportError";
  /** The HTTP status where there was an answer, else what the platform says. */
  readonly description: unknown;
  readonly context: unknown;

  constructor(reason: string, description?: unknown, context?: unknown) {
    super(reason);
    this.description = description;
    this.context = context;
  }
}

/**
 * To make one: extend it, give it a `name` (on the prototype: a getter), `doOpen`, `doClose` and `write`, and call
 * `onOpen`, `onPacket`, `onClose` and `onError`. By itself it stands for a name that nobody knows: it fails to open.
 */
export class Transport extends IsolatedEmitter<TransportEvents> {
  query: Record<string, unknown>;
  /** `send` may be called. */
  writable = false;
  readyState: TransportState | undefined;
  readonly supportsBinary: boolean;
  protected readonly opts: TransportOptions;
  protected readonly socket: TransportHost;
  /** @internal */
  readonly base64: Base64;

  constructor(options: TransportOptions) {
    super();
    this.opts = options;
    this.query = options.query;
    this.socket = options.socket;
    this.base64 = options.socket.base64 ?? webBase64;
    this.supportsBinary = options.forceBase64 !== true;
  }

  get name(): string {
    return `${this.query.transport}`;
  }

  protected doOpen(): void {
    this.onError(`unknown transport: ${this.name}`);
  }

  protected doClose(): void {
    // was never open
  }

  /** Sets `writable` to false, and emits `drain` when it may be called again. */
  protected write(_packets: readonly EnginePacket[]): void {
    // is never open
  }

  open(): this {
    this.readyState = "opening";
    this.doOpen();
    return this;
  }

  close(): this {
    if (this.readyState !== undefined && this.readyState !== "closed") {
      this.doClose();
      this.onClose();
    }
    return this;
  }

  send(packets: readonly EnginePacket[]): void {
    if (this.readyState === "open") this.write(packets);
  }

  /** Before a session moves to another transport. @param paused nothing more will come or leave */
  pause(paused: () => void): void {
    paused();
  }

  /** After `pause`, called back or not: the session could not move. */
  resume(): void {
    // what never stopped goes on
  }

  protected onOpen(): void {
    this.readyState = "open";
    this.writable = true;
    this.emitReserved("open");
  }

  /** What has come as one message of a WebSocket, or as one part of a payload. */
  protected decode(data: RawData): EnginePacket | ErrorPacket {
    try {
      if (typeof data !== "string") return { type: "message", data };
      const packet = decodeCompactText(data, this);
      return typeof packet.data === "object" ? { type: "message", data: this.binary(packet.data) } : packet;
    } catch {
      return { type: "error", data: "parser error" };
    }
  }

  /** Bytes that came as base64, as the program wants them. */
  protected binary(bytes: Uint8Array): RawData {
    const { buffer } = new Uint8Array(bytes); // Buffers share one
    return this.socket.binaryType === "blob" ? new Blob([buffer]) : buffer;
  }

  protected onPacket(packet: EnginePacket | ErrorPacket): void {
    this.emitReserved("packet", packet);
  }

  protected onClose(details?: CloseDetails): void {
    this.readyState = "closed";
    this.emitReserved("close", details);
  }

  protected onError(reason: string, description?: unknown, context?: unknown): this {
    return this.emitReserved("error", new TransportError(reason, description, context));
  }

  /** The URI of a request. @param isStamped against caches, where no option says it */
  protected requestUri(scheme: "http" | "ws", isStamped: boolean): string {
    const { timestampRequests = isStamped, timestampParam = "t", secure } = this.opts;
    const query = { ...this.query };
    if (timestampRequests) query[timestampParam] = Math.random().toString(36).slice(2);
    if (!this.supportsBinary) query.b64 = 1;
    return this.createUri(secure ? `${scheme}s` : scheme, query);
  }

  /** @param scheme without `://` */
  protected createUri(scheme: string, query: object = {}): string {
    const { hostname, port, path } = this.opts;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    return `${scheme}://${host}:${port}${path}?${new URLSearchParams({ ...query })}`;
  }
}
