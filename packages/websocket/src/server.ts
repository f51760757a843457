/** class WebSocketServer: opening handshakes on a port, on an HTTP server, or as the program hands them over. */

import type { Server as HttpServer } from "node:http";
import type { Http2SecureServer, Http2Server } from "node:http2";
import type { Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { Emitter } from "./emitter.ts";
import { misuse } from "./errors.ts";
import { type AgreedExtensions, chooseProtocol, negotiate, readRequest } from "./negotiation.ts";
import { type ConnectionOptions, isConnected } from "./node/connection.ts";
import { Deflate } from "./node/deflate.ts";
import { publishAccept, publishRefuse } from "./node/diagnostics.ts";
import { answerOn } from "./node/http2-answer.ts";
import { createOwnServer } from "./node/own-server.ts";
import { sha1Base64 } from "./node/sha1.ts";
import type { Refusal } from "./node/upgrade.ts";
import { resolveConnection, resolveTimeout } from "./options.ts";
import { deflateName, formatAgreement } from "./protocol/deflate-offer.ts";
import { HandshakeError } from "./protocol/errors.ts";
import { acceptKey, type UpgradeRequest as Handshake } from "./protocol/handshake.ts";
import type { ServerEvents, UpgradeCallback } from "./server-events.ts";
import { type RequestClass, resolveServerOptions, type ServerOptions, type WebSocketClass } from "./server-options.ts";
import { type Claimant, claimUpgrades, type UpgradeRequest } from "./upgrade-claims.ts";
import { Awaited, type Outcome, verify, whenAnswered } from "./verification.ts";
import { WebSocket } from "./websocket.ts";
import type { PerMessageDeflateOptions } from "./ws-api.ts";

export type { ServerEvents, UpgradeCallback };

type Entry<U extends RequestClass> = Pick<UpgradeRequest<InstanceType<U>>, "request" | "stream">;

type AnyServer<U extends RequestClass> = HttpServer<U> | HttpsServer<U> | Http2Server | Http2SecureServer;

interface Upgrade<T extends WebSocketClass, U extends RequestClass> extends UpgradeRequest<InstanceType<U>> {
  readonly callback: UpgradeCallback<T, U>;
}

/** The server's way to make a socket, which `setSocket` opens. */
type SocketClass = new (address: null, protocols: undefined, options: object) => WebSocket;

/** The numbers are those of ws, which programs read. */
const running = 0;
const closing = 1;
const closed = 2;
type State = typeof running | typeof closing | typeof closed;

/**
 * @typeParam T the class of its sockets
 * @typeParam U the class of the requests of its HTTP server
 */
export class WebSocketServer<
  T extends WebSocketClass = WebSocketClass,
  U extends RequestClass = RequestClass,
> extends Emitter<ServerEvents<T, U>> {
  /** The open sockets. Undefined if `clientTracking` is false. */
  declare readonly clients: Set<InstanceType<T>>;
  /** What the program gave, and the defaults of what it left out. Hooks that are put here later are obeyed. */
  readonly options: ServerOptions<T, U>;
  readonly #connection: ConnectionOptions;
  /** Null if there is none, and once `close` was called. */
  private _server: AnyServer<U> | null = null;
  #detach: () => void = () => {};
  private _state: State = running;
  /** While it is handed to us: `shouldHandle` has said yes. */
  #claimed: InstanceType<U> | undefined = undefined;

  /**
   * @param listening a listener of `listening`, of a server on a port
   * @throws {TypeError} for options that make no sense
   */
  constructor(options: ServerOptions<T, U> | null = {}, listening?: () => void) {
    super();
    this.options = resolveServerOptions(options ?? {});
    this.#connection = resolveConnection(options ?? {}, "server"); // not by what is shown as with ws: 60 pings may wait there
    if (this.options.clientTracking) this.clients = new Set();
    this._server = this.options.server ?? (this.options.noServer ? null : this.#listen(listening));
    if (this._server !== null) this.#detach = this.#attach(this._server);
  }

  /** Where the HTTP server listens; null if it does not. @throws {Error} without an HTTP server */
  address(): AddressInfo | string | null {
    if (this.options.noServer) throw misuse("noAddress");
    return this._server?.address() ?? null;
  }

  /** Takes no more connections; `close` is emitted when those that are open have ended, which is left to the program. */
  close(callback?: (error?: Error) => void): void {
    if (this._state === closed) {
      if (callback !== undefined) this.once("close", () => callback(misuse("notRunning")));
      process.nextTick(() => this.emit("close"));
      return;
    }
    if (callback !== undefined) this.once("close", callback);
    if (this._state === closing) return;
    this._state = closing;
    this.#detach();
    const own = this.#ownsServer ? this._server : null;
    this._server = null;
    if (own !== null) own.close(() => this.#closed());
    else this.#closeIfEmpty();
  }

  /** Whether this server takes the request: by its path. May be overridden, also by what promises the answer. */
  shouldHandle(request: InstanceType<U>): boolean | Promise<boolean> {
    const { path } = this.options;
    return !path || (request.url ?? "").split("?", 1)[0] === path;
  }

  /**
   * Answers an upgrade request. A bad one is refused, or told to the listeners of `wsClientError`.
   * `callback` may attach its listeners: what has come behind the handshake is read after it.
   * @throws {Error} for a stream that is a WebSocket already
   * @throws {TypeError} if `handleProtocols` chose what cannot be a subprotocol
   */
  // biome-ignore lint/complexity/useMaxParams: the shape is that of ws
  handleUpgrade(request: InstanceType<U>, stream: Duplex, head: Buffer, callback: UpgradeCallback<T, U>): void {
    stream.on("error", cut);
    const upgrade = { request, stream, head, callback };
    const handshake = this.#read(upgrade, () => readRequest(request, stream));
    if (handshake === undefined) return;
    const handles = this.#claimed === request || this.shouldHandle(request);
    whenAnswered(handles, {
      decided: (yes) => (yes ? this.#admit(upgrade, handshake) : this.#refuse(upgrade, { status: 400 })),
      failed: (error) => this.#fail(upgrade, error),
    });
  }

  /**
   * The last step: answers with 101 and makes the socket. Subclasses may do something before.
   * @param extensions what was agreed on
   */
  // biome-ignore lint/complexity/useMaxParams: the shape is that of ws, whose subclasses override it
  protected completeUpgrade(
    extensions: AgreedExtensions,
    key: string,
    protocols: Set<string>,
    request: InstanceType<U>,
    stream: Duplex,
    head: Buffer,
    callback: UpgradeCallback<T, U>,
  ): void {
    if (!stream.readable || !stream.writable) {
      stream.destroy(); // the client has gone meanwhile
      return;
    }
    if (isConnected(stream)) throw misuse("upgradedTwice");
    if (this._state !== running) return this.#refuse({ request, stream }, { status: 503 });
    const socket = this.#createSocket();
    const protocol = chooseProtocol(protocols, request, this.options.handleProtocols);
    const agreed = extensions[deflateName];
    const answer = answerOn(stream);
    const lines = answer.head({
      accept: acceptKey(key, sha1Base64),
      protocol,
      extensions: agreed === undefined ? "" : formatAgreement(agreed),
    });
    this.emit("headers", lines, request);
    try {
      answer.accept(lines);
    } catch (error) {
      return this.#fail({ request, stream }, error);
    }
    stream.off("error", cut);
    const deflate = agreed && new Deflate(agreed, this.#compression ?? {}, true);
    socket.setSocket(stream, head, { connection: this.#connection, protocol, deflate, released: this.#release });
    this.clients?.add(socket);
    publishAccept(this, request, socket);
    callback(socket, request);
  }

  /** What the request asks for; undefined if it breaks a rule, and was answered. */
  #read<H>({ request, stream }: Entry<U>, rules: () => H): H | undefined {
    try {
      return rules();
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      const { status, headers, message: body } = error;
      if (this.listenerCount("wsClientError") === 0)
        this.#refuse({ request, stream }, { status, headers, body }, error);
      else {
        this.emit("wsClientError", error, stream, request);
        publishRefuse({ server: this, request, status, error });
      }
      return undefined;
    }
  }

  #admit(upgrade: Upgrade<T, U>, handshake: Handshake): void {
    const { request, stream, head, callback } = upgrade;
    const agreed = this.#read(upgrade, () => negotiate(handshake, this.#compression));
    if (agreed === undefined) return;
    const { extensions, protocols } = agreed;
    const { key, origin } = handshake;
    const outcome: Outcome<Refusal | undefined> = {
      decided: (refusal) => {
        if (refusal === undefined) this.completeUpgrade(extensions, key, protocols, request, stream, head, callback);
        else this.#refuseByHook(upgrade, refusal);
      },
      failed: (error) => this.#fail(upgrade, error),
    };
    const limit = resolveTimeout("handshakeTimeout", this.options.handshakeTimeout, 120_000);
    const awaited = new Awaited(outcome, { limit, late: () => this.#refuse(upgrade, { status: 503 }) });
    verify(this.options, { request, origin }, awaited);
    awaited.wait(stream);
  }

  get #compression(): PerMessageDeflateOptions | undefined {
    const { perMessageDeflate } = this.options;
    return perMessageDeflate === true ? {} : perMessageDeflate || undefined;
  }

  #createSocket(): InstanceType<T> {
    const Socket: SocketClass = this.options.WebSocket ?? WebSocket;
    return new Socket(null, undefined, this.options) as InstanceType<T>; // `new` of a T is known to the compiler as a WebSocket only
  }

  #refuse({ request, stream }: Entry<U>, refusal: Refusal, error?: Error): void {
    answerOn(stream).refuse(refusal);
    publishRefuse({ server: this, request, status: refusal.status, error });
  }

  /** What it says may be made of what the client sent: that it cannot be written must not end the process. */
  #refuseByHook(entry: Entry<U>, refusal: Refusal): void {
    try {
      this.#refuse(entry, refusal);
    } catch (error) {
      this.#fail(entry, error);
    }
  }

  /** The program could not say who may come in, or not in a way that can be written. */
  #fail(entry: Entry<U>, reason: unknown): void {
    const error = reason instanceof Error ? reason : new Error(String(reason), { cause: reason });
    this.#refuse(entry, { status: 500 }, error);
    if (this.listenerCount("error") > 0) this.emit("error", error);
    else process.emitWarning(error);
  }

  /** One function for all sockets of this server. */
  readonly #release = (socket: WebSocket): void => {
    if (!this.clients?.delete(socket as InstanceType<T>)) return;
    if (this._state === closing && !this.#ownsServer) this.#closeIfEmpty();
  };

  #closeIfEmpty(): void {
    if (!this.clients?.size) process.nextTick(() => this.#closed());
  }

  #closed(): void {
    this._state = closed;
    this.emit("close");
  }

  get #ownsServer(): boolean {
    return !this.options.server && !this.options.noServer;
  }

  #listen(listening: (() => void) | undefined): HttpServer<U> {
    const { port, host, backlog } = this.options;
    return createOwnServer<U>().listen(port, host, backlog, listening);
  }

  /** @returns what ends it */
  #attach(http: AnyServer<U>): () => void {
    const onListening = (): boolean => this.emit("listening");
    const onError = (error: Error): boolean => this.emit("error", error);
    http.on("listening", onListening).on("error", onError);
    const leave = claimUpgrades(http, this.#claimant());
    return () => {
      http.off("listening", onListening).off("error", onError);
      leave();
    };
  }

  #claimant(): Claimant<InstanceType<U>> {
    const callback: UpgradeCallback<T, U> = (socket, request) => this.emit("connection", socket, request);
    return {
      takesAny: () => !this.options.path && this.shouldHandle === WebSocketServer.prototype.shouldHandle,
      claims: (request) => this.shouldHandle(request),
      take: ({ request, stream, head }, claimed) => {
        this.#claimed = claimed ? request : undefined;
        try {
          this.handleUpgrade(request, stream, head, callback);
        } finally {
          this.#claimed = undefined;
        }
      },
      fail: (upgrade, error) => {
        upgrade.stream.on("error", cut);
        this.#fail(upgrade, error);
      },
    };
  }
}

/** Until the connection listens itself: an error without a listener would end the process. */
function cut(this: Duplex): void {
  this.destroy();
}
