/** One connection to an Engine.IO server, whatever carries it: engine.io-client's `Socket` (engine.io-protocol 4). */

import { protocol } from "@anywire/protocol/engine";
import type { BinaryType, CookieJar, Platform } from "../platform.ts";
import { addressOf } from "./address.ts";
import type { EngineOptions } from "./engine-options.ts";
import { isHandshake } from "./handshake.ts";
import { IsolatedEmitter } from "./isolated-emitter.ts";
import { readJson } from "./json-object.ts";
import { onOffline } from "./page.ts";
import { delayOf, retryAfter } from "./retry-after.ts";
import type { SessionEvents } from "./session-events.ts";
import { type Timer, type Timers, timersFor } from "./timers.ts";
import {
  type CloseDetails,
  type EnginePacket,
  type ErrorPacket,
  type RawData,
  Transport,
  type TransportConstructor,
  type TransportHost,
  type TransportOptions,
} from "./transport.ts";
import { writableCount } from "./writable-packets.ts";

/** Milliseconds that a better transport may take to open and to answer; servers wait as long for the upgrade. */
const probeTimeout = 10_000;

/** The program's, with the address and the defaults. */
type SessionOptions = Omit<TransportOptions, "socket">;

/** What is sent at once is one body, which servers bound. */
const sendsByPost = /^(polling|eventsource|iframe)$/;

export interface WriteOptions {
  readonly compress?: boolean | undefined;
}

/*
 * `readyState`: opening ── handshake ─▶ open ── close() ─▶ closing ── all has left, no upgrade runs ─▶ closed
 *               any ── close or error of the transport, silence, network lost ─▶ closed
 */
export class Session extends IsolatedEmitter<SessionEvents> implements TransportHost {
  /** WebSocket has worked, and has not failed since: see `rememberUpgrade`. */
  static priorWebsocketSuccess = false;
  static readonly protocol = protocol;

  /** Null once it is closed. */
  id: string | null | undefined = undefined;
  readyState: "opening" | "open" | "closing" | "closed" = "opening";
  transport: Transport;
  binaryType: BinaryType;
  /** What has not left yet. */
  writeBuffer: EnginePacket[] = [];
  /** Between two transports: nothing is sent. */
  upgrading = false;
  readonly opts: SessionOptions;
  /** @internal */
  readonly base64: Platform["base64"];
  /** @internal */
  readonly _cookieJar: CookieJar | undefined;
  /** The server is one of ours (docs/extras.md). */
  isOurs = false;
  /** Milliseconds that the server wants to be left alone after `close` or `error`. */
  retryAfter: number | undefined = undefined;

  /** By name, in the order in which they are tried. */
  readonly #transports: Map<string | undefined, TransportConstructor | undefined>;
  readonly #timers: Timers;
  /** Ends what the page tells. */
  readonly #leavePage: () => void;
  /** What the transport has been given of `writeBuffer`. */
  #inFlight = 0;
  #upgrades: string[] = [];
  /** Ends the trial of a better transport. */
  #endProbe: ((problem: unknown) => void) | undefined = undefined;
  #maxPayload: unknown = undefined;
  /** The longest silence of the server, in milliseconds. */
  #patience = Number.POSITIVE_INFINITY;
  #deadline = Number.POSITIVE_INFINITY;
  #silenceTimer: Timer | undefined = undefined;

  /** Dials in a microtask: a session that is closed in the same task never does. */
  constructor(uri: string | undefined, options: EngineOptions, platform: Platform) {
    super();
    const { path = "/socket.io", addTrailingSlash, transports, transportImplementations, withCredentials } = options;
    const address = addressOf(uri, options, platform.location);
    const fullPath = path.replace(/\/$/, "") + (addTrailingSlash === false ? "" : "/");
    this.opts = { transportOptions: {}, ...options, ...address, path: fullPath };
    this.binaryType = platform.binaryType;
    this.base64 = platform.base64;
    this._cookieJar = withCredentials ? platform.createCookieJar?.() : undefined;
    this.#timers = timersFor(options);
    this.#transports = new Map(
      (transportImplementations ?? transports ?? Object.keys(platform.transports)).map((each) =>
        typeof each === "string" ? [each, platform.transports[each]] : [each.prototype.name, each],
      ),
    );
    this.transport = this.#createFirst();
    this.#leavePage = this.#hearPage();
    queueMicrotask(() => this.readyState === "closed" || this.#dial());
  }

  /** Sends a message. @param callback called when something is given to the transport next */
  write(data: RawData, options?: WriteOptions, callback?: () => void): this {
    return this.#send({ type: "message", data, options: { compress: options?.compress !== false } }, callback);
  }

  /** The same as `write`. */
  send(data: RawData, options?: WriteOptions, callback?: () => void): this {
    return this.write(data, options, callback);
  }

  /** Gives the transport what it can take now. */
  flush(): void {
    const { writeBuffer, transport } = this;
    if (this.readyState === "closed" || !transport.writable || this.upgrading || !writeBuffer[0]) return;
    this.#inFlight = writableCount(writeBuffer, /^web/.test(transport.name) || this.#maxPayload);
    transport.send(writeBuffer.slice(0, this.#inFlight));
    this.emitReserved("flush");
  }

  /** What was written leaves first, and an upgrade that runs comes to its end. */
  close(): this {
    if (this.#isLive) {
      this.readyState = "closing";
      this.#closeIfDone();
    }
    return this;
  }

  /** @internal The deadline of the heartbeat has passed though its timer has not fired: sleep, a throttled page. */
  _hasPingExpired(): boolean {
    const hasExpired = Date.now() > this.#deadline;
    if (hasExpired) queueMicrotask(() => this.#closed("ping timeout"));
    return hasExpired;
  }

  /** Neither closed nor about to be. */
  get #isLive(): boolean {
    return this.readyState === "opening" || this.readyState === "open";
  }

  #create(name: string | undefined): Transport {
    const { opts } = this;
    const query: Record<string, unknown> = { ...opts.query, EIO: protocol, anywire: 1, transport: name };
    if (this.id) query.sid = this.id;
    return new (this.#transports.get(name) ?? Transport)({
      ...opts,
      query,
      socket: this,
      ...opts.transportOptions?.[`${name}`],
    });
  }

  #createFirst(): Transport {
    const prefersWebSocket = this.opts.rememberUpgrade && Session.priorWebsocketSuccess;
    const names = [...this.#transports.keys()];
    return this.#create(names.find((name) => prefersWebSocket && name === "websocket") ?? names[0]);
  }

  #dial(): void {
    this.#use(this.transport);
    this.transport.open();
  }

  #use(transport: Transport): void {
    this.transport.off();
    this.transport = transport;
    transport
      .on("drain", () => this.#drained())
      .on("packet", (packet) => this.#received(packet))
      .on("error", (error) => this.#failed(error))
      .on("close", (details) => this.#closed("transport close", details));
  }

  #send(packet: EnginePacket, callback?: () => void): this {
    if (this.#isLive) {
      this.emitReserved("packetCreate", packet);
      this.writeBuffer.push(packet);
      if (callback) this.once("flush", callback);
      this.flush();
    }
    return this;
  }

  #drained(): void {
    this.writeBuffer.splice(0, this.#inFlight);
    this.#inFlight = 0; // the packet of an upgrade drains too
    if (this.writeBuffer[0]) return this.flush();
    this.emitReserved("drain");
    this.#closeIfDone();
  }

  #received(packet: EnginePacket | ErrorPacket): void {
    this.#deadline = Date.now() + this.#patience;
    this.emitReserved("packet", packet);
    this.emitReserved("heartbeat");
    const { type, data = "" } = packet;
    if (type === "open") this.#opened(readJson(data));
    else if (type === "message") {
      this.emitReserved("data", data);
      this.emitReserved("message", data);
    } else if (type === "ping") {
      this.#send({ type: "pong" });
      this.emitReserved("ping");
      this.emitReserved("pong");
    } else if (type === "close") this.retryAfter = delayOf(readJson(data).retry);
    else if (type === "error") this.#failed(serverError(data));
  }

  #opened(data: object): void {
    if (this.id !== undefined) return;
    if (!isHandshake(data)) return this.#failed(serverError("bad handshake"));
    this.id = this.transport.query.sid = data.sid;
    this.isOurs = data.anywire === 1;
    this.#maxPayload = data.maxPayload;
    if (this.opts.upgrade !== false) this.#upgrades = data.upgrades.filter((name) => this.#transports.get(name));
    this.#patience = delayOf(data.pingInterval + data.pingTimeout)
    this.#deadline = Date.now() + this.#patience;
    this.#awaitSilence();
    this.emitReserved("handshake", data);
    if (this.readyState === "opening") {
      this.readyState = "open";
      this.#remember(this.transport);
      this.emitReserved("open");
    }
    this.flush();
    this.#upgrade();
  }

  /** Any packet moves the deadline, and the timer learns of it when it fires. */
  #awaitSilence(): void {
    const left = this.#deadline - Date.now();
    this.#silenceTimer = this.#timers.set(
      () => (Date.now() < this.#deadline ? this.#awaitSilence() : this.#closed("ping timeout")),
      Math.min(left, this.#patience),
    );
  }
