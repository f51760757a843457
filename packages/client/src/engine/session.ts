/** One connection to an Engine.IO server, whatever carries it: engine.io-client's `Socket` (engine.io-protocol 4). */

import { protocol } from "@anywire/protocol/engine";
import type { BinaryType, CookieJar, Platform } from "../platform.ts";
import { addressOf } from "./address.ts";
import type { EngineOptions } from "./engine-options.ts";
import { readHandshake } from "./handshake.ts";
import { IsolatedEmitter } from "./isolated-emitter.ts";
import { onBeforeUnload, onOffline } from "./page.ts";
import { bestFirst, Probe } from "./probe.ts";
import { longestDelay, retryOfClose, retryOfError } from "./retry-after.ts";
import type { SessionEvents } from "./session-events.ts";
import { type Timer, type Timers, timersFor } from "./timers.ts";
import type {
  CloseDetails,
  EnginePacket,
  ErrorPacket,
  RawData,
  Transport,
  TransportConstructor,
  TransportHost,
  TransportOptions,
} from "./transport.ts";
import { UnknownTransport } from "./unknown-transport.ts";
import { writableCount } from "./writable-packets.ts";

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
  id: string | null | undefined = undefined;
  readyState: "opening" | "open" | "closing" | "closed" = "opening";
  transport: Transport;
  binaryType: BinaryType;
  /** What has not left yet. */
  writeBuffer: EnginePacket[] = [];
  /** Between two transports: nothing is sent. */
  upgrading = false;
  readonly opts: SessionOptions;
  readonly hostname: string;
  readonly port: string | number;
  readonly secure: boolean;
  /** @internal */
  readonly base64: Platform["base64"];
  /** @internal */
  readonly _cookieJar: CookieJar | undefined;
  /** The server is one of ours (docs/extras.md). */
  isOurs = false;
  /** Milliseconds that the server wants to be left alone after `close` or `error`. */
  retryAfter: number | undefined = undefined;

  /** By name, in the order in which they are tried. */
  readonly #transports: Map<string, TransportConstructor | undefined>;
  readonly #timers: Timers;
  /** End what the page tells. */
  readonly #leave: (() => void)[] = [];
  /** What the transport has been given of `writeBuffer`. */
  #inFlight = 0;
  #upgrades: string[] = [];
  #probe: Probe | undefined = undefined;
  #maxPayload = 0;
  /** The longest silence of the server, in milliseconds. */
  #patience = Number.POSITIVE_INFINITY;
  #deadline = Number.POSITIVE_INFINITY;
  #silenceTimer: Timer | undefined = undefined;

  /** Dials in a microtask: a session that is closed in the same task never does. */
  constructor(uri: string | undefined, options: EngineOptions, platform: Platform) {
    super();
    const { path = "/socket.io", addTrailingSlash = true, transports, transportImplementations } = options;
    if (transports && transportImplementations)
      throw new Error("specifying both 'transportImplementations' and 'transports' options is not supported");
    const address = addressOf(uri, options, platform.location);
    const fullPath = path.replace(/\/$/, "") + (addTrailingSlash ? "/" : "");
    this.opts = { upgrade: true, transportOptions: {}, ...options, ...address, path: fullPath };
    this.hostname = address.hostname;
    this.port = address.port;
    this.secure = address.secure;
    this.binaryType = platform.binaryType;
    this.base64 = platform.base64;
    this._cookieJar = options.withCredentials ? platform.createCookieJar?.() : undefined;
    this.#timers = timersFor(options);
    const wanted = transportImplementations ?? transports ?? Object.keys(platform.transports);
    this.#transports = new Map(
      wanted.map((each) =>
        typeof each === "string" ? [each, platform.transports[each]] : [each.prototype.name, each],
      ),
    );
    this.transport = this.#createFirst();
    this.#listenToPage();
    queueMicrotask(() => this.readyState === "closed" || this.#dial());
  }

  /** Sends a message. @param callback called when something is given to the transport next */
  write(data: RawData, options?: WriteOptions | (() => void), callback?: () => void): this {
    if (typeof options === "function") return this.write(data, undefined, options);
    return this.#send({ type: "message", data, options: { compress: options?.compress !== false } }, callback);
  }

  /** The same as `write`. */
  send(data: RawData, options?: WriteOptions | (() => void), callback?: () => void): this {
    return this.write(data, options, callback);
  }

  /** Gives the transport what it can take now. */
  flush(): void {
    const { writeBuffer, transport } = this;
    if (this.readyState === "closed" || !transport.writable || this.upgrading || writeBuffer.length === 0) return;
    const limit = transport.name === "polling" ? this.#maxPayload : 0;
    this.#inFlight = writableCount(writeBuffer, limit);
    transport.send(writeBuffer.slice(0, this.#inFlight));
    this.emitReserved("flush");
  }

  /** What was written leaves first, and an upgrade that runs comes to its end. */
  close(): this {
    if (this.readyState === "opening" || this.readyState === "open") {
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

  #create(name: string | undefined): Transport {
    const query: Record<string, unknown> = { ...this.opts.query, EIO: protocol, anywire: 1, transport: name };
    if (this.id) query.sid = this.id;
    const Carrier = this.#transports.get(name ?? "") ?? UnknownTransport;
    return new Carrier({ ...this.opts, query, socket: this, ...this.opts.transportOptions?.[name ?? ""] });
  }

  #createFirst(): Transport {
    const [first] = this.#transports.keys();
    const remembered = this.opts.rememberUpgrade && Session.priorWebsocketSuccess && this.#transports.has("websocket");
    return this.#create(remembered ? "websocket" : first);
  }

  #dial(): void {
    this.#use(this.transport);
    try {
      this.transport.open();
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(`${error}`));
    }
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
    if (this.readyState === "closing" || this.readyState === "closed") return this;
    this.emitReserved("packetCreate", packet);
    this.writeBuffer.push(packet);
    if (callback) this.once("flush", callback);
    this.flush();
    return this;
  }

  #drained(): void {
    this.writeBuffer.splice(0, this.#inFlight);
    this.#inFlight = 0; // the packet of an upgrade drains too
    if (this.writeBuffer.length > 0) return this.flush();
    this.emitReserved("drain");
    this.#closeIfDone();
  }

  #received(packet: EnginePacket | ErrorPacket): void {
    this.#deadline = Date.now() + this.#patience;
    this.emitReserved("packet", packet);
    this.emitReserved("heartbeat");
    const { type, data = "" } = packet;
    if (type === "open") this.#opened(data);
    else if (type === "message") {
      this.emitReserved("data", data);
      this.emitReserved("message", data);
    } else if (type === "ping") {
      this.#send({ type: "pong" });
      this.emitReserved("ping");
      this.emitReserved("pong");
    } else if (type === "close") {
      this.retryAfter = retryOfClose(data);
      this.#closed("transport close", { description: "transport closed by the server" });
    } else if (type === "error") this.#failed(serverError(data));
  }

  #opened(data: RawData): void {
    if (this.id !== undefined) return;
    const handshake = readHandshake(data);
    if (handshake === undefined) return this.#failed(serverError("bad handshake"));
    const { sid, upgrades, pingInterval, pingTimeout, maxPayload = 0, anywire } = handshake;
    this.id = sid;
    this.transport.query.sid = sid;
    this.isOurs = anywire === 1;
    this.#maxPayload = maxPayload;
    this.#upgrades = this.opts.upgrade ? bestFirst(upgrades.filter((name) => this.#transports.get(name))) : [];
    this.#patience = Math.min(pingInterval + pingTimeout, longestDelay);
    this.#deadline = Date.now() + this.#patience;
    this.#awaitSilence();
    this.emitReserved("handshake", handshake);
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
      Math.min(this.#deadline - Date.now(), this.#patience),
    );
  }

  /** Tries the next better transport. */
  #upgrade(): void {
    const name = this.#upgrades.shift();
    if (name === undefined || this.readyState !== "open") return;
    Session.priorWebsocketSuccess = false;
    this.#probe = new Probe(this.#create(name), this.#timers, {
      answered: (transport) => this.#moveTo(transport),
      failed: (error) => this.#stayed(error),
    });
  }

  #moveTo(transport: Transport): void {
    if (this.readyState !== "open") return;
    this.upgrading = true;
    this.emitReserved("upgrading", transport);
    Session.priorWebsocketSuccess = transport.name === "websocket";
    this.transport.pause(() => {
      if (this.#probe?.transport !== transport) return; // it has failed, or all is over
      this.#probe.end();
      this.#probe = undefined;
      this.#use(transport);
      transport.send([{ type: "upgrade" }]);
      this.emitReserved("upgrade", transport);
      this.upgrading = false;
      this.flush();
      this.#closeIfDone();
    });
  }

  #stayed(error: Error): void {
    this.#probe = undefined;
    this.emitReserved("upgradeError", error);
    if (this.upgrading) {
      this.upgrading = false;
      if (!("resume" in this.transport)) return this.#closed("transport error", error); // engine.io-client's own
      this.transport.resume();
      this.flush();
      this.#closeIfDone();
    }
    this.#upgrade();
  }

  #closeIfDone(): void {
    if (this.readyState === "closing" && this.writeBuffer.length === 0 && !this.upgrading) this.#closed("forced close");
  }

  #failed(error: Error): void {
    Session.priorWebsocketSuccess = false;
    this.retryAfter = retryOfError(error);
    const { transport } = this;
    if (this.opts.tryAllTransports && this.readyState === "opening" && this.#transports.size > 1) {
      this.#transports.delete(`${transport.query.transport}`);
      transport.off();
      transport.close();
      this.transport = this.#createFirst();
      return this.#dial();
    }
    this.emitReserved("error", error);
    this.#closed("transport error", error);
  }

  #closed(reason: string, description?: CloseDetails | Error): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.#timers.clear(this.#silenceTimer);
    for (const leave of this.#leave) leave();
    this.transport.off();
    this.transport.close();
    this.id = null;
    this.emitReserved("close", reason, description);
    this.writeBuffer = []; // who listens to `close` may look at it
    this.#probe?.fail("socket closed");
  }

  #listenToPage(): void {
    if (this.hostname !== "localhost") {
      const lost = { description: "network connection lost" };
      this.#leave.push(onOffline(() => this.#closed("transport close", lost)));
    }
    if (this.opts.closeOnBeforeunload) {
      const closeSilently = (): void => {
        this.transport.off();
        this.transport.close();
      };
      this.#leave.push(onBeforeUnload(closeSilently));
    }
  }
}

/** @returns an error whose `code` is what was wrong */
function serverError(code: unknown): Error {
  return Object.assign(new Error("server error"), { code });
}
