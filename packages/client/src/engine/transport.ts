/** One way to carry a session's packets (port): engine.io-client's `Transport`, so that its transports fit here and ours fit there. */

import { Emitter } from "@anywire/protocol/emitter";
import type { PacketType } from "@anywire/protocol/engine";
import type { BinaryType, CookieJar } from "../platform.ts";
import type { EngineOptions } from "./engine-options.ts";

/** Data of one message, as the program gives it and gets it. */
export type RawData = string | ArrayBuffer | ArrayBufferView | Blob;

export interface EnginePacket {
  readonly type: PacketType | "error";
  readonly data?: RawData | undefined;
  readonly options?: { readonly compress?: boolean | undefined } | undefined;
}

/** What a transport knows of its session. */
export interface TransportHost {
  readonly id?: string | null | undefined;
  readonly binaryType: BinaryType;
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

export type TransportConstructor = {
  // biome-ignore lint/suspicious/noExplicitAny: engine.io-client's transports declare their options loosely
  new (options: any): Transport;
  readonly prototype: { readonly name: string };
};

/** Why a transport has closed. */
export interface CloseDetails {
  readonly description: string;
  readonly context?: unknown;
}

export interface TransportEvents {
  open(): void;
  packet(packet: EnginePacket): void;
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
 * `onOpen`, `onPacket`, `onClose` and `onError`.
 */
export abstract class Transport extends Emitter<Record<never, never>, Record<never, never>, TransportEvents> {
  query: Record<string, unknown>;
  /** `send` may be called. */
  writable = false;
  readyState: TransportState | undefined = undefined;
  readonly supportsBinary: boolean;
  protected readonly opts: TransportOptions;
  protected readonly socket: TransportHost;

  constructor(options: TransportOptions) {
    super();
    this.opts = options;
    this.query = options.query;
    this.socket = options.socket;
    this.supportsBinary = options.forceBase64 !== true;
  }

  abstract get name(): string;

  protected abstract doOpen(): void;
  protected abstract doClose(): void;
  /** Sets `writable` to false, and emits `drain` when it may be called again. */
  protected abstract write(packets: readonly EnginePacket[]): void;

  open(): this {
    this.readyState = "opening";
    this.doOpen();
    return this;
  }

  close(): this {
    if (this.readyState === "opening" || this.readyState === "open") {
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

  protected onOpen(): void {
    this.readyState = "open";
    this.writable = true;
    this.emitReserved("open");
  }

  protected onPacket(packet: EnginePacket): void {
    this.emitReserved("packet", packet);
  }

  protected onClose(details?: CloseDetails): void {
    this.readyState = "closed";
    this.emitReserved("close", details);
  }

  protected onError(reason: string, description?: unknown, context?: unknown): this {
    return this.emitReserved("error", new TransportError(reason, description, context));
  }

  /** @param scheme without `://` */
  protected createUri(scheme: string, query: Readonly<Record<string, unknown>> = {}): string {
    const { hostname, port, path } = this.opts;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    const isDefault = !port || Number(port) === (this.opts.secure ? 443 : 80);
    const pairs = Object.keys(query).map((key) => `${encodeURIComponent(key)}=${encodeURIComponent(`${query[key]}`)}`);
    return `${scheme}://${host}${isDefault ? "" : `:${port}`}${path}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
  }
}
