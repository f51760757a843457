/** What a server is beneath its API: its options, its namespaces, its wires, and the HTTP servers that they share. */

import { randomBytes } from "node:crypto";
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import type { Http2SecureServer, Http2Server } from "node:http2";
import type { Server as HttpsServer } from "node:https";
import type { Anything, EventsMap } from "@anywire/protocol/emitter";
import { encodePacket, type Packet } from "@anywire/protocol/socket";
import type { AdapterConstructor } from "./adapter.ts";
import { ClientFiles } from "./client-files.ts";
import { DeadlineQueue } from "./deadline-queue.ts";
import { prefixOf } from "./engine/engine-attachment.ts";
import { corsMiddleware } from "./engine/engine-cors.ts";
import { EngineServer } from "./engine/engine-server.ts";
import { EngineSession } from "./engine/engine-session.ts";
import { type ForeignConnection, type ForeignEngine, ForeignSession } from "./engine/foreign-session.ts";
import type { PacketReading, Parser } from "./engine/packet-reader.ts";
import { SessionClient } from "./engine/session-client.ts";
import type { PacketEncoder } from "./engine/socket-format.ts";
import type { EngineProtocol } from "./engine/transport.ts";
import type { Handshake } from "./handshake.ts";
import type { History } from "./history.ts";
import { addRoutes, type HttpRoute } from "./http-routes.ts";
import { LateHandshake } from "./late-handshake.ts";
import { MemoryHistory } from "./memory-history.ts";
import type { AnyNamespace, Namespace } from "./namespace.ts";
import { NamespaceGates } from "./namespace-gates.ts";
import { Namespaces } from "./namespaces.ts";
import { type ResolvedServerOptions, resolveServerOptions, type ServerOptions } from "./options.ts";
import { allowOrigins, corsOfOrigins } from "./origins.ts";
import type { Turn } from "./pipeline.ts";
import { PlainEndpoint } from "./plain/endpoint.ts";
import { type Authenticate, principalOf } from "./principal.ts";
import type { ServerReservedEvents } from "./reserved-events.ts";
import type { AnyServer } from "./server.ts";
import { ServerEmitter } from "./server-emitter.ts";
import { SharedEncoder } from "./shared-encoder.ts";
import type { Socket } from "./socket.ts";

/** What it can be attached to. */
export type AttachableServer = HttpServer | HttpsServer | Http2SecureServer | Http2Server;

export abstract class ServerCore<
  Listen extends EventsMap,
  Emit extends EventsMap,
  ServerSide extends EventsMap,
  Data,
> extends ServerEmitter<
  ServerSide,
  Emit,
  ServerReservedEvents<Socket<Listen, Emit, ServerSide, Data>, Namespace<Listen, Emit, ServerSide, Data>>,
  Data
> {
  /** As they were given. */
  readonly opts: Partial<ServerOptions>;
  /** The namespace `/`. */
  readonly sockets: Namespace<Listen, Emit, ServerSide, Data>;
  /** The HTTP server that it was attached to last; before that there is none, as with Socket.IO. */
  httpServer!: AttachableServer;
  /** @internal What adapters encode with. */
  readonly encoder: SharedEncoder;
  /** @internal */
  readonly limits: ResolvedServerOptions;
  /** @internal Sockets of several namespaces share connections. */
  readonly turn: Turn;
  /** @internal Sessions that have not entered a namespace. */
  readonly unentered: DeadlineQueue<SessionClient>;
  /** @internal Sessions whose packet lacks attachments. */
  readonly incomplete: DeadlineQueue<SessionClient>;
  /** @internal */
  adapterConstructor: AdapterConstructor | undefined;
  protected readonly namespaces: Namespaces;
  /** Those that it is attached to, with what detaches it. */
  protected readonly httpServers: Map<HttpServer, () => void>;
  /** Those made by `listen`. */
  protected readonly own: Set<HttpServer>;
  protected plain: PlainEndpoint | undefined;
  protected enginePath: string;
  protected servesClient: boolean;
  private readonly parser: Parser | undefined;
  private readonly packetEncoder: PacketEncoder;
  protected readonly foreignEngines: Set<ForeignEngine>;
  /** Settles when the server is closed. */
  protected closing: Promise<Error | undefined> | undefined;
  private engineServer: EngineServer | undefined;

  constructor(options: Partial<ServerOptions>) {
    super();
    this.opts = options;
    this.limits = resolveServerOptions(options);
    this.parser = options.parser;
    this.packetEncoder = options.parser === undefined ? { encode: encodePacket } : new options.parser.Encoder();
    this.encoder = new SharedEncoder(this.packetEncoder);
    this.unentered = new DeadlineQueue(this.limits.connectTimeout, (client) => client.close());
    this.incomplete = new DeadlineQueue(this.limits.attachmentTimeout, (client) => client.close());
    this.adapterConstructor = options.adapter;
    this.enginePath = this.limits.path;
    this.servesClient = this.limits.serveClient;
    this.turn = { open: undefined };
    this.httpServers = new Map();
    this.own = new Set();
    this.foreignEngines = new Set();
    this.closing = undefined;
    this.engineServer = undefined;
    this.namespaces = new Namespaces(this.self());
    this.sockets = this.namespaces.get("/");
    this.plain = this.openPlain();
  }

  /** @internal Nobody is let in any more. */
  get isClosing(): boolean {
    return this.closing !== undefined;
  }

  /** The Engine.IO server: its events, middlewares and sessions. */
  get engine(): EngineServer {
    this.engineServer ??= this.openEngine({});
    return this.engineServer;
  }

  /** The same, as older programs call it. */
  get eio(): EngineServer {
    return this.engine;
  }

  /** @internal Of the namespace `/`, the program's log; of the others a window in memory. */
  openHistory(namespace: string): History | undefined {
    const { history } = this.limits;
    if (history === false) return undefined;
    if (!("append" in history))
      return new MemoryHistory({ ...history, epoch: randomBytes(6).toString("hex"), now: Date.now });
    return namespace === "/" ? history : undefined;
  }

  /** @internal The program's own; undefined for Socket.IO's, which has a shorter way. */
  get foreignEncoder(): PacketEncoder | undefined {
    return this.parser === undefined ? undefined : this.packetEncoder;
  }

  /** @internal */
  encodePacket(packet: Packet): (string | Uint8Array)[] {
    return this.packetEncoder.encode(packet);
  }

  /** @internal How the packets of a session are read. */
  packetReading(protocol: EngineProtocol): PacketReading {
    return { parser: this.parser, limits: this.limits.decoder, protocol };
  }

  /** @internal Socket.IO clients may come back by the offset of what they heard last. */
  get isRecoverable(): boolean {
    return this.limits.recovery !== undefined;
  }

  /** @internal */
  get authenticate(): Authenticate | undefined {
    return this.limits.authenticate;
  }

  /** @internal @throws {Refusal} not-authenticated, or the program's own */
  principalOf(handshake: Handshake | LateHandshake): Promise<string | undefined> {
    const report = (error: unknown): void => this.sockets.report(error, undefined, "authenticate");
    return principalOf({ authenticate: this.authenticate, report }, () =>
      handshake instanceof LateHandshake ? handshake.read() : handshake,
    );
  }

  /** @internal The namespace that a client asks for. */
  findNamespace(
    name: string,
    auth: { [key: string]: Anything },
    found: (namespace: AnyNamespace | undefined) => void,
  ): void {
    this.namespaces.find(name, auth, found);
  }

  /** @internal */
  addNamespace(namespace: AnyNamespace): void {
    this.namespaces.add(namespace);
  }

  /** @internal */
  removeNamespace(namespace: AnyNamespace): void {
    this.namespaces.delete(namespace);
  }

  /** Takes a session that an Engine.IO server has opened: ours, or engine.io's. */
  onconnection(session: EngineSession | ForeignConnection): this {
    const isOwn = session instanceof EngineSession;
    const isCrowded = this.unentered.size >= this.limits.gate.maxSockets; // by so many who ask for nothing
    if (isCrowded) session.close(true);
    else
      new SessionClient(this.self(), isOwn ? session : new ForeignSession(session, this.engine.opts.maxBufferedBytes));
    return this;
  }

  /** Takes the sessions that this Engine.IO server opens: ours, or engine.io's. It is closed with this one. */
  bind(engine: EngineServer | ForeignEngine): this {
    if (engine instanceof EngineServer) this.engineServer = engine;
    else this.foreignEngines.add(engine);
    engine.on("connection", (session: EngineSession | ForeignConnection) => this.onconnection(session));
    return this;
  }

  protected attachTo(httpServer: HttpServer, options: Partial<ServerOptions>): void {
    this.engineServer ??= this.openEngine(options);
    this.reopen();
    this.httpServer = httpServer;
    const { path, addTrailingSlash, destroyUpgrade, destroyUpgradeTimeout } = { ...options, ...this.opts };
    const prefix = prefixOf({ path: path ?? this.enginePath, addTrailingSlash });
    const detach = addRoutes(httpServer, this.routes(prefix), { destroyUpgrade, destroyUpgradeTimeout });
    this.httpServers.set(httpServer, detach);
    httpServer.once("close", () => this.endIfUnreachable());
  }

  /** @param port as `net.Server` takes it: an empty string is none */
  protected listenOn(port: number): HttpServer {
    const httpServer = createServer();
    this.own.add(httpServer);
    return httpServer.listen(port);
  }

  /** This, as programs know it. */
  protected abstract self(): AnyServer;

  /** Sessions without a connection would go on: those that poll, between two polls. */
  private endIfUnreachable(): void {
    if (![...this.httpServers.keys()].some(({ listening }) => listening)) this.engine.close();
  }

  private routes(prefix: string): HttpRoute[] {
    const { engine } = this;
    const engineRoute: HttpRoute = {
      handles: (request) => (request.url ?? "").startsWith(prefix),
      handleRequest: (request, response) => engine.handleRequest(request, response),
      handleUpgrade: (request, socket, head) => engine.handleUpgrade(request, socket, head),
    };
    return [...this.clientRoute, engineRoute, ...(this.plain === undefined ? [] : [this.plain])];
  }

  private get clientRoute(): HttpRoute[] {
    if (!this.servesClient) return [];
    const cors = this.engine.opts.cors === false ? undefined : corsMiddleware(this.engine.opts.cors);
    const files = new ClientFiles({ path: this.enginePath, cors });
    const handles = (request: IncomingMessage): boolean => files.handles(request);
    return [{ handles, handleRequest: (request, response) => files.serve(request, response) }];
  }

  private openEngine(options: Partial<ServerOptions>): EngineServer {
    const given = { ...options, ...this.opts };
    const { origins, cors, allowRequest } = given;
    const byOrigins =
      origins === undefined || cors !== undefined
        ? {}
        : { cors: corsOfOrigins(origins), allowRequest: allowOrigins(origins, allowRequest) };
    const identify = (request: IncomingMessage): Promise<string | undefined> =>
      this.principalOf(new LateHandshake({ request, address: request.socket.remoteAddress ?? "" }, {}));
    const identity = this.authenticate === undefined ? {} : { identify };
    const engine = new EngineServer({ ...given, ...byOrigins, ...identity });
    engine.on("connection", (session: EngineSession) => this.onconnection(session));
    return engine;
  }

  /** A server that was closed begins again. */
  private reopen(): void {
    if (!this.isClosing) return;
    this.closing = undefined;
    this.engine.isRetiring = false;
    for (const detach of this.httpServers.values()) detach();
    this.httpServers.clear();
    this.own.clear();
    this.plain = this.openPlain();
  }

  private openPlain(): PlainEndpoint | undefined {
    const { plain } = this.limits;
    if (plain === undefined) return undefined;
    return new PlainEndpoint(new NamespaceGates(this.namespaces), plain, (error) =>
      this.sockets.report(error, undefined, "request"),
    );
  }
}

/** @returns the port that a program says, as a number or in digits */
export function portOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : undefined;
}
