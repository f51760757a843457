/** The server: rooms where clients of every wire meet, on an HTTP server that may be the program's own. */

import { randomBytes } from "node:crypto";
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { BroadcastOperator } from "./broadcast.ts";
import { cutUnlessAnswered, declineUpgrade, offersWebSocket } from "./declined-upgrade.ts";
import { Refusal } from "./errors.ts";
import { NamespaceGate } from "./gate.ts";
import type { History } from "./history.ts";
import { MemoryHistory } from "./memory-history.ts";
import type { Middleware } from "./middleware.ts";
import { Namespace, type NamespaceEvents, type NamespaceListener } from "./namespace.ts";
import { type ResolvedServerOptions, resolveServerOptions, type ServerOptions } from "./options.ts";
import { PlainEndpoint } from "./plain/endpoint.ts";
import { refuseRequest, refuseUpgrade } from "./plain/problem.ts";
import type { Socket } from "./socket.ts";

export interface CloseOptions {
  /** Milliseconds over which clients are told to go, so that they do not all come back at once. @default 0 */
  readonly drain?: number;
}

export class Server {
  /** The namespace `/`. */
  readonly sockets: Namespace;
  private readonly gate: NamespaceGate;
  private readonly plain: PlainEndpoint | undefined;
  private readonly httpServers = new Set<HttpServer>();
  /** Those made by `listen`. */
  private readonly own = new Set<HttpServer>();

  /**
   * @param httpServer the HTTP server to share; without one, call `listen` or `attach`
   * @throws {TypeError} if an option is invalid
   */
  constructor(httpServer?: HttpServer | ServerOptions, options: ServerOptions = {}) {
    const shared = isHttpServer(httpServer) ? httpServer : undefined;
    const resolved = resolveServerOptions(isHttpServer(httpServer) ? options : (httpServer ?? options));
    this.sockets = new Namespace({ history: openHistory(resolved.history), ackTimeout: resolved.ackTimeout });
    this.gate = new NamespaceGate(this.sockets, {
      ...resolved,
      authorize: resolved.plain?.authorize,
      heartbeat: resolved.plain?.heartbeat.interval ?? 0,
    });
    this.plain =
      resolved.plain === undefined
        ? undefined
        : new PlainEndpoint(this.gate, resolved.plain, (error) => this.sockets.report(error, undefined, "request"));
    if (shared !== undefined) this.attach(shared);
  }

  /**
   * Takes the requests to its paths; all others stay with the listeners that are there already. A `request` listener
   * that is added afterwards hears of ours too, as with Socket.IO: give it to `createServer`, or add it before.
   */
  attach(httpServer: HttpServer): this {
    const others = httpServer.listeners("request");
    httpServer.removeAllListeners("request");
    httpServer.on("request", (request, response) => {
      if (this.plain?.handles(request) === true) this.plain.handleRequest(request, response);
      else if (others.length === 0) refuseRequest(response, new Refusal("not-found"));
      else for (const listener of others) Reflect.apply(listener, httpServer, [request, response]);
    });
    httpServer.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const isOurs = this.plain?.handles(request) === true;
      const isOthers = !isOurs && httpServer.listenerCount("upgrade") > 1;
      if (isOthers) return cutUnlessAnswered(socket);
      if (!offersWebSocket(request)) declineUpgrade(httpServer, { request, socket, head });
      else if (isOurs) this.plain?.handleUpgrade(request, socket, head);
      else refuseUpgrade(socket, new Refusal("not-found"));
    });
    this.httpServers.add(httpServer);
    return this;
  }

  /** Listens on an HTTP server of its own. */
  listen(port: number, host = "localhost"): Promise<HttpServer> {
    const httpServer = createServer();
    this.own.add(httpServer);
    this.attach(httpServer);
    return new Promise((resolve, reject) => {
      httpServer.once("error", reject);
      httpServer.listen(port, host, () => {
        httpServer.off("error", reject);
        resolve(httpServer);
      });
    });
  }

  /**
   * `connection` (socket): a client is in. `error` (error, socket?, event?): the program's own error in one of its
   * listeners; without a listener for it, the process emits a warning.
   */
  on<Event extends keyof NamespaceEvents>(event: Event, listener: NamespaceListener<Event>): this {
    this.sockets.on(event, listener);
    return this;
  }

  once<Event extends keyof NamespaceEvents>(event: Event, listener: NamespaceListener<Event>): this {
    this.sockets.once(event, listener);
    return this;
  }

  off<Event extends keyof NamespaceEvents>(event: Event, listener: NamespaceListener<Event>): this {
    this.sockets.off(event, listener);
    return this;
  }

  /** A function that each client passes before it is connected. */
  use(middleware: Middleware): this {
    this.sockets.use(middleware);
    return this;
  }

  to(room: string | readonly string[]): BroadcastOperator {
    return this.sockets.operator.to(room);
  }

  in(room: string | readonly string[]): BroadcastOperator {
    return this.to(room);
  }

  except(room: string | readonly string[]): BroadcastOperator {
    return this.sockets.operator.except(room);
  }

  get volatile(): BroadcastOperator {
    return this.sockets.operator.volatile;
  }

  timeout(ms: number): BroadcastOperator {
    return this.sockets.operator.timeout(ms);
  }

  emit(name: string, ...args: readonly unknown[]): boolean {
    return this.sockets.emit(name, ...args);
  }

  send(...args: readonly unknown[]): this {
    this.emit("message", ...args);
    return this;
  }

  emitWithAck(name: string, ...args: readonly unknown[]): Promise<unknown[]> {
    return this.sockets.operator.emitWithAck(name, ...args);
  }

  socketsJoin(room: string | readonly string[]): void {
    this.sockets.operator.socketsJoin(room);
  }

  socketsLeave(room: string): void {
    this.sockets.operator.socketsLeave(room);
  }

  disconnectSockets(close = false): void {
    this.sockets.operator.disconnectSockets(close);
  }

  fetchSockets(): Promise<Socket[]> {
    return this.sockets.operator.fetchSockets();
  }

  /**
   * Lets nobody in any more, tells clients when to come back, closes their links (1012), the HTTP server and the history.
   * Clients that do not take their leave are cut half a second after the drain. A shared HTTP server still waits for
   * what the program's own listeners answer.
   */
  async close({ drain = 0 }: CloseOptions = {}): Promise<void> {
    this.gate.closing = true;
    const closed = [...this.httpServers].map((httpServer) => stopListening(httpServer));
    await this.sockets.shutDown(drain);
    await this.plain?.close();
    for (const httpServer of this.httpServers) httpServer.closeIdleConnections();
    for (const httpServer of this.own) httpServer.closeAllConnections(); // those that never sent a byte are not idle to Node
    await Promise.all(closed);
    await this.sockets.history?.close();
  }
}

/** @throws {TypeError} for what is neither an HTTP server nor options */
function isHttpServer(value: HttpServer | ServerOptions | undefined): value is HttpServer {
  if (value === undefined) return false;
  if (typeof value !== "object" || value === null)
    throw new TypeError("new Server(httpServer, options): to listen on a port, call listen(port)");
  return "listen" in value;
}

function openHistory(history: ResolvedServerOptions["history"]): History | undefined {
  if (history === false) return undefined;
  if ("append" in history) return history;
  return new MemoryHistory({ ...history, epoch: randomBytes(6).toString("hex"), now: Date.now });
}

function stopListening(httpServer: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    if (httpServer.listening) httpServer.close(() => resolve());
    else resolve();
  });
}
