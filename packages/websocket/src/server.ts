/** class WebSocketServer: opening handshakes on a port, on an HTTP server, or as the program hands them over. */

import { EventEmitter } from "node:events";
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { misuse } from "./errors.ts";
import { isConnected } from "./node/connection.ts";
import { sha1Base64 } from "./node/sha1.ts";
import { acceptUpgrade, refuseUpgrade } from "./node/upgrade.ts";
import { type ResolvedServerOptions, resolveServerOptions, type ServerOptions } from "./options.ts";
import { HandshakeError } from "./protocol/errors.ts";
import { acceptKey, type Handshake, readHandshake } from "./protocol/handshake.ts";
import { isToken } from "./protocol/subprotocol.ts";
import { WebSocket } from "./websocket.ts";

export interface ServerEvents {
  connection: [socket: WebSocket, request: IncomingMessage];
  listening: [];
  close: [];
  error: [error: Error];
  /** A bad handshake. Whoever listens must answer it on `socket`; `error` says how. */
  wsClientError: [error: HandshakeError, socket: Duplex, request: IncomingMessage];
}

export type UpgradeCallback = (socket: WebSocket, request: IncomingMessage) => void;

interface Upgrade {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
}

type State = "running" | "closing" | "closed";

export class WebSocketServer extends EventEmitter<ServerEvents> {
  /** The open sockets, unless `clientTracking` is false. */
  readonly clients: Set<WebSocket> = new Set();
  readonly options: ResolvedServerOptions;
  private readonly http: HttpServer | HttpsServer | undefined;
  private detach: () => void = () => {};
  private state: State = "running";

  constructor(options: ServerOptions, listening?: () => void) {
    super();
    this.options = resolveServerOptions(options);
    this.http = options.server ?? (options.noServer === true ? undefined : this.listen(listening));
    if (this.http !== undefined) this.attach(this.http);
  }

  /** Where the HTTP server listens. */
  address(): AddressInfo | string | null {
    if (this.http === undefined) throw misuse("noAddress");
    return this.http.address();
  }

  /** Takes no more connections; `close` is emitted when those that are open have ended, which is left to the program. */
  close(callback?: (error?: Error) => void): void {
    if (this.state === "closed") {
      if (callback !== undefined) this.once("close", () => callback(misuse("notRunning")));
      process.nextTick(() => this.emit("close"));
      return;
    }
    if (callback !== undefined) this.once("close", () => callback());
    if (this.state === "closing") return;
    this.state = "closing";
    this.detach();
    const own = this.options.server === undefined ? this.http : undefined;
    if (own !== undefined) own.close(() => this.closed());
    else if (this.clients.size === 0) process.nextTick(() => this.closed());
  }

  /** Whether this server takes the request: by its path. */
  shouldHandle(request: IncomingMessage): boolean {
    const { path } = this.options;
    return !path || (request.url ?? "").split("?", 1)[0] === path;
  }

  /**
   * Answers an upgrade request. A bad one is refused, or told to the listeners of `wsClientError`.
   * `callback` may attach its listeners: what has come behind the handshake is read after it.
   */
  // biome-ignore lint/complexity/useMaxParams: the shape is that of ws
  handleUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer, callback: UpgradeCallback): void {
    stream.on("error", cut);
    const handshake = this.read(request, stream);
    if (handshake === undefined) return;
    if (!this.shouldHandle(request)) return refuseUpgrade(stream, { status: 400 });
    if (!stream.readable || !stream.writable) {
      stream.destroy(); // the client has gone meanwhile
      return;
    }
    if (isConnected(stream)) throw misuse("upgradedTwice");
    if (this.state !== "running") return refuseUpgrade(stream, { status: 503 });
    callback(this.accept(handshake, { request, stream, head }), request);
  }

  private read(request: IncomingMessage, stream: Duplex): Handshake | undefined {
    try {
      return readHandshake(request);
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      if (this.listenerCount("wsClientError") > 0) this.emit("wsClientError", error, stream, request);
      else refuseUpgrade(stream, { status: error.status, headers: error.headers, body: error.message });
      return undefined;
    }
  }

  private accept(handshake: Handshake, { request, stream, head }: Upgrade): WebSocket {
    const protocol = this.choose(handshake.protocols, request);
    acceptUpgrade(stream, {
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Accept": acceptKey(handshake.key, sha1Base64),
      ...(protocol === "" ? {} : { "Sec-WebSocket-Protocol": protocol }),
    });
    stream.removeListener("error", cut);
    const socket = new WebSocket(null);
    socket.setSocket(stream, head, { connection: this.options.connection, protocol, released: this.release });
    if (this.options.clientTracking) this.clients.add(socket);
    return socket;
  }

  private choose(offered: Set<string>, request: IncomingMessage): string {
    if (offered.size === 0) return "";
    const { handleProtocols } = this.options;
    const [first = ""] = offered;
    const chosen = handleProtocols === undefined ? first : handleProtocols(offered, request);
    if (chosen === false || chosen === "") return "";
    if (!isToken(chosen)) throw misuse("protocol");
    return chosen;
  }

  /** One function for all sockets of this server. */
  private readonly release = (socket: WebSocket): void => {
    if (!this.clients.delete(socket)) return;
    const alone = this.http === undefined || this.options.server !== undefined;
    if (this.state === "closing" && alone && this.clients.size === 0) process.nextTick(() => this.closed());
  };

  private closed(): void {
    this.state = "closed";
    this.emit("close");
  }

  private listen(listening: (() => void) | undefined): HttpServer {
    const server = createServer((_request, response) => {
      response.writeHead(426, { "Content-Type": "text/plain", Connection: "Upgrade", Upgrade: "websocket" });
      response.end("Upgrade Required");
    });
    const { port, host, backlog } = this.options;
    server.listen({ port, host, backlog }, listening);
    return server;
  }

  private attach(server: HttpServer | HttpsServer): void {
    const connected: UpgradeCallback = (socket, request) => this.emit("connection", socket, request);
    const onListening = (): boolean => this.emit("listening");
    const onError = (error: Error): boolean => this.emit("error", error);
    const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
      this.handleUpgrade(request, stream, head, connected);
    };
    server.on("listening", onListening).on("error", onError).on("upgrade", onUpgrade);
    this.detach = () => {
      server.off("listening", onListening).off("error", onError).off("upgrade", onUpgrade);
    };
  }
}

/** Until the connection listens itself: an error without a listener would end the process. */
function cut(this: Duplex): void {
  this.destroy();
}
