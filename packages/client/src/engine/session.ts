/** One connection to an Engine.IO server, whatever carries it: engine.io-client's `Socket` (engine.io-protocol 4). */

import { protocol } from "@anywire/protocol/engine";
import type { BinaryType, CookieJar, Platform } from "../platform.ts";
import { addressOf } from "./address.ts";
import type { EngineOptions } from "./engine-options.ts";
import { isHandshake } from "./handshake.ts";
import { IsolatedEmitter } from "./isolated-emitter.ts";
import { readJson } from "./json-object.ts";
import { onPage } from "./page.ts";
import { delayOf, longestDelay, retryAfter } from "./retry-after.ts";
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

/** Milliseconds that each of `tryAllTransports` may take to open, but for the last. */
const openTimeout = 5_000;

export type SessionPlatform = Pick<Platform, "transports" | "binaryType" | "base64" | "location" | "createCookieJar">;

/** The program's, with the address and the defaults. */
type SessionOptions = Omit<TransportOptions, "socket">;

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
  id: string | null | undefined;
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
  retryAfter: number | undefined;

  /** By name, in the order in which they are tried. */
  readonly #transports: Map<unknown, TransportConstructor | undefined>;
  readonly #timers: Timers;
  /** Ends what the page tells. */
  readonly #leavePage: () => void;
  /** What the transport has been given of `writeBuffer`. */
  #inFlight = 0;
  #upgrades: string[] = [];
  /** Ends the trial of a better transport. */
  #endProbe: ((problem: unknown) => void) | undefined;
  #maxPayload = 0;
  /** The longest silence of the server, in milliseconds. */
  #patience = Number.POSITIVE_INFINITY;
  #deadline = Number.POSITIVE_INFINITY;
  #silenceTimer: Timer | undefined;

  /** Dials in a microtask: a session that is closed in the same task never does. */
  constructor(uri: string | undefined, options: EngineOptions, platform: SessionPlatform) {
    super();
    const { path = "/socket.io", addTrailingSlash, transports, transportImplementations, withCredentials } = options;
    const address = addressOf(uri, options, platform.location);
    const fullPath = path.replace(/\/$/, "") + (addTrailingSlash === false ? "" : "/");
    this.opts = { ...options, ...address, path: fullPath };
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
    queueMicrotask(() => this.readyState === "closed" || this.#dial(this.transport));
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
    this.#inFlight = writableCount(writeBuffer, /^web/.test(transport.name) ? 0 : this.#maxPayload);
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
    if (hasExpired) this.#closeSoon("ping timeout");
    return hasExpired;
  }

  /** Neither closed nor about to be. */
  get #isLive(): boolean {
    return this.readyState === "opening" || this.readyState === "open";
  }

  #create(name: unknown): Transport {
    const { opts } = this;
    const query: Record<string, unknown> = { ...opts.query, EIO: protocol, anywire: 1, transport: name };
    if (this.id) query.sid = this.id;
    const Carrier = this.#transports.get(name) ?? Transport;
    const carrier = new Carrier({ ...opts, query, socket: this, ...opts.transportOptions?.[`${name}`] });
    return carrier as Transport; // a transport of others has its face
  }

  #createFirst(): Transport {
    const { rememberUpgrade } = this.opts;
    const isRemembered = rememberUpgrade && Session.priorWebsocketSuccess && this.#transports.has("websocket");
    return this.#create(isRemembered ? "websocket" : this.#transports.keys().next().value);
  }

  #dial(transport: Transport): void {
    this.#timers.clear(this.#silenceTimer);
    if (this.opts.tryAllTransports) this.#silenceTimer = this.#timers.set(() => this.#dialsNext(), openTimeout);
    this.#use(transport);
    transport.open();
  }

  /** @returns whether there is another transport to open the session with */
  #dialsNext(): boolean {
    const isNext = this.opts.tryAllTransports && this.readyState === "opening" && this.#transports.size > 1;
    if (isNext) {
      this.#transports.delete(this.transport.query.transport);
      this.transport.off().close();
      this.#dial(this.#createFirst());
    }
    return !!isNext;
  }

  #use(transport: Transport): void {
    this.transport.off();
    this.transport = transport;
    transport
      .on("drain", () => this.#drained())
      .on("packet", (packet) => this.#received(packet))
      .on("error", (error) => this.#failed(error))
      .on("close", (details) => this.#dialsNext() || this.#closed("transport close", details));
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
    } else if (type === "close") {
      this.retryAfter = delayOf(readJson(data).retry);
      this.#closeSoon("transport close"); // the transport may do it at once, and say more
    } else if (type === "error") this.#failed(serverError(data));
  }

  #opened(data: object): void {
    if (this.id !== undefined) return;
    if (!isHandshake(data)) return this.#failed(serverError("bad handshake"));
    this.id = this.transport.query.sid = data.sid;
    this.isOurs = data.anywire === 1;
    this.#maxPayload = data.maxPayload ?? 0;
    this.#upgrades = data.upgrades.filter((name) => this.#transports.get(name)).sort();
    this.#patience = Math.min(data.pingInterval + data.pingTimeout, longestDelay);
    this.#deadline = Date.now() + this.#patience;
    this.#timers.clear(this.#silenceTimer);
    this.#awaitSilence();
    this.emitReserved("handshake", data);
    if (this.readyState === "opening") {
      this.readyState = "open";
      Session.priorWebsocketSuccess = this.transport.name === "websocket";
      this.emitReserved("open");
    }
    this.flush();
    this.#upgrade();
  }

  /** Any packet moves the deadline, and the timer learns of it when it fires. */
  #awaitSilence(): void {
    this.#silenceTimer = this.#timers.set(
      () => (Date.now() < this.#deadline ? this.#awaitSilence() : this.#closed("ping timeout")),
      Math.min(this.#deadline - Date.now(), this.#patience), // the clock may have been set back
    );
  }

  /** Tries a better transport, then the next if it fails. The alphabet has the best last: WebTransport, WebSocket. */
  #upgrade(): void {
    const name = this.#upgrades.pop();
    if (!name || this.opts.upgrade === false || this.readyState !== "open") return;
    Session.priorWebsocketSuccess = false;
    const transport = this.#create(name);
    const stop = (): void => {
      this.#timers.clear(timer);
      transport.off();
      this.#endProbe = undefined;
    };
    const failed = (problem: unknown): void => {
      stop();
      transport.close();
      this.emitReserved("upgradeError", Object.assign(new Error(`probe error: ${problem}`), { transport: name }));
      if (this.upgrading) this.#stay(problem);
      this.#upgrade();
    };
    const timer = this.#timers.set(() => failed("timeout"), probeTimeout);
    this.#endProbe = failed;
    transport
      .on("open", () => transport.send([{ type: "ping", data: "probe" }]))
      .on("packet", ({ type, data }) => {
        if (type !== "pong" || data !== "probe" || this.upgrading) failed("no pong");
        else if (this.readyState === "open") this.#moveTo(transport, stop);
      })
      .on("error", failed)
      .on("close", () => failed("transport close"))
      .open();
  }

  #moveTo(transport: Transport, stop: () => void): void {
    const probe = this.#endProbe;
    this.upgrading = true;
    this.emitReserved("upgrading", transport);
    Session.priorWebsocketSuccess = transport.name === "websocket";
    this.transport.pause(() => {
      if (this.#endProbe !== probe) return; // it has failed, or all is over
      stop();
      this.#use(transport);
      transport.send([{ type: "upgrade" }]);
      this.emitReserved("upgrade", transport);
      this.#goOn();
    });
  }

  /** On the transport that was paused. */
  #stay(error: unknown): void {
    const { transport } = this;
    if (this.readyState === "closed") return;
    if (!("resume" in transport)) return this.#failed(serverError(error)); // engine.io-client's own
    transport.resume();
    this.#goOn();
  }

  #goOn(): void {
    this.upgrading = false;
    this.flush();
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (this.readyState === "closing" && !this.writeBuffer[0] && !this.upgrading) this.#closed("forced close");
  }

  #failed(error: Error): void {
    Session.priorWebsocketSuccess = false;
    this.retryAfter = retryAfter(error);
    if (this.#dialsNext()) return;
    this.emitReserved("error", error);
    this.#closed("transport error", error);
  }

  #closeSoon(reason: string): void {
    queueMicrotask(() => this.#closed(reason));
  }

  #closed(reason: string, description?: CloseDetails | Error): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.#timers.clear(this.#silenceTimer);
    this.#leavePage();
    this.transport.off().close();
    this.id = null;
    this.emitReserved("close", reason, description);
    this.writeBuffer = []; // who listens to `close` may look at it
    this.#endProbe?.("forced close");
  }

  /** @returns ends it */
  #hearPage(): () => void {
    const { closeOnBeforeunload, hostname } = this.opts;
    const closeSilently = (): unknown => this.transport.off().close();
    if (closeOnBeforeunload) globalThis.addEventListener?.("beforeunload", closeSilently); // no more listeners than needed: each keeps pages out of the back/forward cache
    const lost = { description: "network connection lost" };
    const leave = onPage((isAwake) => isAwake || hostname === "localhost" || this.#closed("transport close", lost));
    return () => {
      leave();
      globalThis.removeEventListener?.("beforeunload", closeSilently);
    };
  }
}

/** @returns an error whose `code` is what was wrong */
function serverError(code: unknown): Error {
  return Object.assign(new Error("server error"), { code });
}
