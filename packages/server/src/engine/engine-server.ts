/** The Engine.IO server on Node's HTTP servers: engine.io's `Server` (engine.io-protocol, versions 3 and 4). */

import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type HeartbeatRules, serverPings } from "@anywire/protocol/engine";
import type { BacklogLimits } from "../backlog.ts";
import { addRoutes } from "../http-routes.ts";
import { randomId } from "../random-id.ts";
import { EngineAdmission } from "./engine-admission.ts";
import { type AttachOptions, prefixOf } from "./engine-attachment.ts";
import { corsMiddleware } from "./engine-cors.ts";
import { EngineEntrance } from "./engine-entrance.ts";
import { type EngineErrorContext, errorMessages, errorNumbers } from "./engine-errors.ts";
import { type EngineOptions, type ResolvedEngineOptions, resolveEngineOptions } from "./engine-options.ts";
import { EngineSession, type SessionSetup } from "./engine-session.ts";
import { RequestVisit, UpgradeVisit } from "./engine-visit.ts";
import { readEngineRequest, saysOurs } from "./handshake-request.ts";
import { Heartbeats } from "./heartbeats.ts";
import { upgradesOf } from "./http-transports.ts";
import { type EngineMiddleware, MiddlewareChain } from "./middleware-chain.ts";
import { ObservedEmitter } from "./observed-emitter.ts";
import { MemorySessionStore, type RemoteSession, type SessionStore } from "./session-store.ts";
import { type EngineProtocol, isStream, type TransportName } from "./transport.ts";
import { receiveWebTransport } from "./webtransport-handshake.ts";
import { EngineWebTransportHost } from "./webtransport-host.ts";
import type { WebTransportSession } from "./webtransport-session.ts";

/** Of `connection_error`: a request was refused. */
export interface ConnectionError {
  readonly req: IncomingMessage;
  /** One of `EngineServer.errors`. */
  readonly code: number;
  readonly message: string;
  readonly context: EngineErrorContext;
}

/**
 * Events: `connection` (session), `initial_headers` and `headers` (headers, request), `connection_error` (ConnectionError),
 * `flush` (session, packets), `drain` (session).
 */
export class EngineServer extends ObservedEmitter {
  static readonly errors = errorNumbers;
  static readonly errorMessages = errorMessages;

  readonly opts: ResolvedEngineOptions;
  /** @internal */
  readonly heartbeats: Heartbeats;
  /** @internal */
  readonly backlogLimits: BacklogLimits;
  /** @internal */
  readonly store: SessionStore;
  private readonly rules: Readonly<Record<EngineProtocol, HeartbeatRules>>;
  private readonly middlewares = new MiddlewareChain();
  /** Of the program's own. */
  private hasMiddlewares = false;
  private readonly entrance: EngineEntrance;
  private prefix: string;
  /** No session is opened any more; those that are open go on. */
  isRetiring = false;
  /** Told each time that the last session is gone. */
  private emptied: (() => void) | undefined;

  /** @throws {TypeError} for an option that cannot be obeyed */
  constructor(options: EngineOptions = {}) {
    super();
    const opts = resolveEngineOptions(options);
    const { pingInterval, pingTimeout, cors } = opts;
    this.opts = opts;
    this.heartbeats = new Heartbeats(opts);
    this.backlogLimits = { bytes: opts.maxBufferedBytes, age: opts.maxBufferedAge };
    this.store = opts.store ?? new MemorySessionStore();
    this.rules = {
      3: { pings: serverPings(3), pingInterval, pingTimeout },
      4: { pings: serverPings(4), pingInterval, pingTimeout },
    };
    const admission = new EngineAdmission(opts, this.store);
    this.entrance = new EngineEntrance(this, { middlewares: this.middlewares, admission });
    this.prefix = prefixOf(opts);
    if (cors) this.middlewares.add(corsMiddleware(cors));
  }

  /** The sessions of this node by their ids, in an object without a prototype. A copy. */
  get clients(): Readonly<Record<string, EngineSession>> {
    const clients: Record<string, EngineSession> = Object.create(null);
    for (const session of this.store.values()) clients[session.id] = session;
    return clients;
  }

  get clientsCount(): number {
    return this.store.size;
  }

  /** Runs before every request is judged, upgrades included. */
  use(middleware: EngineMiddleware): this {
    this.hasMiddlewares = true;
    this.middlewares.add(middleware);
    return this;
  }

  /** The id of a new session: a secret of 120 random bits. May be overridden, also by what promises it. */
  generateId(_request: IncomingMessage): string | Promise<string> {
    return randomId(15);
  }

  /** The transports that a session of this transport may be upgraded to. */
  upgrades(transport: TransportName): string[] {
    if (!this.opts.allowUpgrades) return [];
    return upgradesOf(transport).filter((name) => this.opts.transports.includes(name));
  }

  /** Whether the request is for this server: by its path. */
  handles(request: IncomingMessage): boolean {
    return request.url?.startsWith(this.prefix) === true;
  }

  /** Answers a request in any case, sooner or later. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void {
    const visit = new RequestVisit(readEngineRequest(request), response);
    this.find(visit.request._query.sid, (remote) => {
      if (remote === undefined) this.entrance.enter(visit);
      else remote.handleRequest(request, response);
    });
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const visit = new UpgradeVisit(readEngineRequest(request), socket, head);
    this.find(visit.request._query.sid, (remote) => {
      if (remote === undefined) this.entrance.enter(visit);
      else remote.handleUpgrade(request, socket, head);
    });
  }

  /**
   * A session of WebTransport, of the shape of `@fails-components/webtransport`. It is no HTTP request: where middlewares have
   * to be passed, it is sent away.
   */
  async onWebTransportSession(session: WebTransportSession): Promise<void> {
    if (this.hasMiddlewares) session.close();
    else await receiveWebTransport(session, new EngineWebTransportHost(this));
  }

  /** Takes the requests to its path; all others stay with the listeners that are there already. It is closed with the HTTP server. */
  attach(httpServer: HttpServer, options: AttachOptions = {}): this {
    this.prefix = prefixOf({ ...this.opts, ...options });
    addRoutes(httpServer, [this], options);
    httpServer.on("close", () => this.close());
    return this;
  }

  /** Closes all sessions. */
  close(): this {
    for (const session of [...this.store.values()]) session.close(true);
    return this;
  }

  /**
   * Closes all sessions after what was sent: a poll that comes is told so.
   * @param grace milliseconds that they have; who is left is cut
   * @param retry milliseconds after which each may come back, where that was not said before
   * @returns when all are gone
   */
  async retire(grace: number, retry?: () => number): Promise<void> {
    this.isRetiring = true;
    for (const session of [...this.store.values()]) {
      session.retry ??= retry?.();
      session.close();
    }
    if (this.store.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, grace);
        this.emptied = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.close();
  }

  /** @internal Greets the client; `connection` is the caller's to emit. */
  openSession(setup: Pick<SessionSetup, "id" | "request" | "transport">): EngineSession {
    const isOurs = saysOurs(readEngineRequest(setup.request)._query);
    const session = new EngineSession({ ...setup, server: this, isOurs });
    this.store.add(session);
    session.open();
    return session;
  }

  /** @internal Of a session that has ended. */
  release(session: EngineSession): void {
    this.store.delete(session);
    if (this.store.size === 0) this.emptied?.();
  }

  /** @internal Shared by all sessions of the protocol. */
  heartbeatRules(protocol: EngineProtocol): HeartbeatRules {
    return this.rules[protocol];
  }

  /** @internal What the `open` packet of a session says. */
  handshakeOf({ id, transport, protocol, isOurs }: EngineSession): string {
    const { pingInterval, pingTimeout, maxHttpBufferSize } = this.opts;
    const knows = (name: string): boolean => (isStream(name) ? isOurs : name === "websocket" || protocol === 4);
    const upgrades = this.upgrades(transport.name).filter(knows);
    const open = { sid: id, upgrades, pingInterval, pingTimeout, maxPayload: maxHttpBufferSize };
    return JSON.stringify(isOurs ? { ...open, anywire: 1 } : open);
  }

  /** Sessions of other nodes are asked for only where there are any. */
  private find(sid: string | undefined, found: (remote: RemoteSession | undefined) => void): void {
    const { store } = this;
    if (!sid || store.elsewhere === undefined || store.get(sid) !== undefined) return found(undefined);
    store.elsewhere(sid).then(found, () => found(undefined));
  }
}
