/** One connection to a server, and how it comes back: socket.io-client's `Manager`. Sockets of several namespaces share it. */

import { backoff } from "@anywire/protocol/backoff";
import type { Anything, DefaultEventsMap, EventsMap } from "@anywire/protocol/emitter";
import type { Packet } from "@anywire/protocol/socket";
import { onPage } from "./engine/page.ts";
import { Session } from "./engine/session.ts";
import { type Timer, type Timers, timersFor } from "./engine/timers.ts";
import { isolate } from "./isolate.ts";
import type { DisconnectDescription } from "./manager-events.ts";
import { ManagerSettings } from "./manager-settings.ts";
import type { ManagerOptions, SocketOptions } from "./options.ts";
import type { Parser, Platform } from "./platform.ts";
import { Socket } from "./socket.ts";
import type { DisconnectReason } from "./socket-core.ts";

/** What its sockets tell of it too. */
export type Announced = "reconnect" | "reconnecting" | "reconnect_attempt" | "reconnect_error" | "reconnect_failed";

/** What a manager has to do with a socket. */
export interface ManagedSocket {
  readonly nsp: string;
  /** The session is open. */
  _opened(): void;
  /** It could not be opened, or something else went wrong. */
  _failed(error: Error): void;
  _closed(reason: DisconnectReason, description?: DisconnectDescription): void;
  _packet(packet: Packet): void;
  /** Emits what Socket.IO 2 had on the socket too. */
  _tell(event: Announced, argument: Anything): void;
}

/*
 * `_readyState`: closed ── open() ─▶ opening ── session opens ─▶ open ── it closes ─▶ closed ── after a while, `_reconnecting` ─▶ opening …
 * Every listener and timer of the present state is in `#leaving`, and goes with it.
 */
export class Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends ManagerSettings {
  /** The session; each connection has a new one. */
  declare engine: Session;
  readonly opts: Partial<ManagerOptions>;
  /** @internal */
  _readyState: "opening" | "open" | "closed" = "closed";
  /** @internal */
  readonly _autoConnect: boolean;
  /** Sockets by namespace, also those that are not connected. */
  readonly nsps: Record<string, Socket<Anything, Anything>> = Object.create(null);
  /** @internal Sockets that are connected, or want to be. */
  readonly _active = new Set<ManagedSocket>();
  /** @internal */
  readonly _timers: Timers;
  readonly uri: string | undefined;
  readonly encoder: InstanceType<Parser["Encoder"]>;
  readonly decoder: InstanceType<Parser["Decoder"]>;
  readonly #platform: Platform;
  readonly #leaving: (() => void)[] = [];
  /** Tries since the last connection. */
  #attempts = 0;
  /** What the server has answered with 401. */
  #refused: string | undefined;

  constructor(
    uri: string | Partial<ManagerOptions> | undefined,
    options: Partial<ManagerOptions> | undefined,
    platform: Platform,
  ) {
    const opts = (typeof uri === "object" ? uri : options) ?? {};
    super(opts);
    this.opts = opts;
    opts.path ||= "/socket.io";
    this.uri = typeof uri === "object" ? undefined : uri;
    this.#platform = platform;
    this._timers = timersFor(opts);
    const { Encoder, Decoder }: Parser = opts.parser ?? platform.parser;
    this.encoder = new Encoder();
    this.decoder = new Decoder();
    this.decoder.on("decoded", (packet) => this.#received(packet));
    this._autoConnect = opts.autoConnect !== false;
    if (this._autoConnect) this.open();
  }

  /** @param done called once it is open, or has failed; without it, a first failure is followed by more tries */
  open(done?: (error?: Error) => void): this {
    if (this._readyState !== "closed") return this;
    this.#leave(); // it may have been about to try by itself
    this._reconnecting = false;
    this.#dial(done);
    return this;
  }

  connect(done?: (error?: Error) => void): this {
    return this.open(done);
  }

  #dial(done?: (error?: Error) => void): void {
    const { opts, uri } = this;
    this._readyState = "opening";
    this.skipReconnect = false;
    const platform = this.#platform;
    const engine = platform.openSession?.(uri, opts) ?? new Session(uri, opts, platform);
    this.engine = engine;
    const failed = (error: Error): void => {
      this.#leave();
      this._readyState = "closed";
      if (isUnauthorized(error)) this.#refused = this.#credentials;
      if (done === undefined) this.#reconnect(); // who calls connect() when told gets no try beside it
      this.#tellError(error);
      done?.(error);
    };
    const opened = (): void => {
      this.#opened();
      done?.();
    };
    this.#hear(engine, { open: opened, error: failed, close: (reason) => failed(new Error(reason)) });
    const timeout = this.timeout();
    if (typeof timeout === "number") {
      this.#after(timeout, () => {
        failed(new Error("timeout"));
        engine.close();
      });
    }
  }

  /** The socket of a namespace: there is one for each. */
  socket(nsp: string, options?: Partial<SocketOptions>): Socket<ListenEvents, EmitEvents> {
    const known = this.nsps[nsp];
    const socket: Socket<Anything, Anything> = known ?? new Socket(this, nsp, options);
    this.nsps[nsp] = socket;
    if (known && this._autoConnect && !known.active) known.connect();
    return socket;
  }

  /** @internal The socket wants to be connected no more: the last one closes the connection. */
  _destroy(socket: ManagedSocket): void {
    this._active.delete(socket);
    if (this._active.size === 0) this._close();
  }

  /** @internal */
  _packet(packet: Packet & { options?: { compress?: boolean } }): void {
    for (const part of this.encoder.encode(packet)) this.engine.write(part, packet.options);
  }

  /** @internal For good, until `open()`. */
  _close(): void {
    this.skipReconnect = true;
    this._reconnecting = false;
    this.#closed("forced close");
  }

  disconnect(): void {
    this._close();
  }

  #opened(): void {
    const { engine } = this;
    this.#leave();
    this._readyState = "open";
    this._reconnecting = false;
    this.#refused = undefined;
    this.#hear(engine, {
      ping: () => this.emitReserved("ping"),
      data: (data) => this.#data(data),
      error: (error) => this.#tellError(error),
      close: (reason, description) => this.#closed(reason, description),
    });
    this.#leaving.push(
      onPage((isAwake) => {
        if (isAwake && engine._hasPingExpired()) this.#closed("ping timeout");
      }),
    );
    this.#tellActive((socket) => socket._opened());
    this.emitReserved("open");
  }

  #data(data: unknown): void {
    try {
      this.decoder.add(data);
    } catch (error) {
      this.#closed("parse error", error as Error);
    }
  }

  #received(packet: Packet): void {
    this.#tellActive((socket) => socket.nsp === packet.nsp && socket._packet(packet));
    this.emitReserved("packet", packet);
  }

  #tellError(error: Error): void {
    this.#tellActive((socket) => socket._failed(error));
    this.emitReserved("error", error);
  }

  #closed(reason: DisconnectReason, description?: DisconnectDescription): void {
    this.#leave();
    this.engine?.close();
    this.#attempts = 0;
    this._readyState = "closed";
    this.#reconnect();
    this.#tellActive((socket) => socket._closed(reason, description));
    this.emitReserved("close", reason, description);
  }

  #reconnect(): void {
    if (!this.reconnection() || this.skipReconnect) return;
    if (this.#attempts >= this.reconnectionAttempts()) return this.#giveUp();
    this._reconnecting = true;
    const { retryAfter } = this.engine;
    const rules = this.backoffRules;
    const chance = Math.random();
    const delay = backoff(this.#attempts++, rules, chance);
    const dial = (): void => this.#redial();
    this.#after(retryAfter === undefined ? delay : retryAfter * (1 + rules.jitter * chance), dial); // no sooner than it was told
    if (retryAfter === undefined) this.#leaving.push(onPage((isAwake) => isAwake && dial()));
  }

  #redial(): void {
    this.#leave();
    if (!this._reconnecting) return;
    if (this.#refused === this.#credentials) return this.#giveUp(); // the answer would be the same
    const attempt = this.#attempts;
    this.#announce("reconnect_attempt", attempt);
    this.#tellActive((socket) => socket._tell("reconnecting", attempt));
    if (!this._reconnecting) return;
    this.#dial((error) => {
      if (error === undefined) {
        this.#attempts = 0;
        this.#announce("reconnect", attempt);
      } else {
        this.#reconnect();
        this.#announce("reconnect_error", error);
      }
    });
  }

  #giveUp(): void {
    this.#attempts = 0;
    this._reconnecting = false;
    this.#announce("reconnect_failed");
  }

  #announce(event: Exclude<Announced, "reconnecting">, argument?: Anything): void {
    this.emitReserved(event as "reconnect", argument);
    this.#tellActive((socket) => socket._tell(event, argument));
  }

  /** What an HTTP server knows the client by, as far as the program has said it. */
  get #credentials(): string {
    return `${[this.opts.query, this.opts.extraHeaders].map((each) => Object.entries(Object(each)))}`;
  }

  /** They may come and go meanwhile. */
  #tellActive(tell: (socket: ManagedSocket) => unknown): void {
    for (const socket of [...this._active]) if (this._active.has(socket)) isolate(() => tell(socket));
  }

  #hear(engine: Session, listeners: Record<string, (...args: Anything[]) => void>): void {
    for (const [name, listener] of Object.entries(listeners)) {
      engine.on(name as "open", listener);
      this.#leaving.push(() => engine.off(name as "open", listener));
    }
  }

  #after(delay: number, then: () => void): void {
    const timer: Timer = this._timers.set(then, delay);
    this.#leaving.push(() => this._timers.clear(timer));
  }

  #leave(): void {
    for (const leave of this.#leaving.splice(0)) leave();
    this.decoder.destroy();
  }
}

function isUnauthorized(error: Error): boolean {
  return Object(error).description === 401;
}
