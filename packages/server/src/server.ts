/** The server: rooms where clients of every wire meet, on an HTTP server that may be the program's own. The API of Socket.IO's `Server`. */

import type { Server as HttpServer } from "node:http";
import type {
  AllButLast,
  Anything,
  DecorateAcknowledgementsWithTimeoutAndMultipleResponses,
  DefaultEventsMap,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
} from "@anywire/protocol/emitter";
import type { AdapterConstructor } from "./adapter.ts";
import { comeBackAfter } from "./come-back.ts";
import type { Middleware } from "./middleware.ts";
import type { Namespace } from "./namespace.ts";
import type { NamespaceJudge } from "./namespaces.ts";
import type { ServerOptions } from "./options.ts";
import type { ParentNamespace } from "./parent-namespace.ts";
import { type AttachableServer, portOf, ServerCore } from "./server-core.ts";
import type { Socket } from "./socket.ts";
import { countsOf, type ServerStats } from "./stats.ts";

export interface CloseOptions {
  /** Milliseconds over which clients are told to go, so that they do not all come back at once. @default 0 */
  readonly drain?: number;
}

/** Milliseconds that clients have to take what ends them. */
const closeGrace = 500;

type Closed = (error?: Error) => void;

/** With whatever maps. */
export type AnyServer = Server<Anything, Anything, Anything, Anything>;

/**
 * `new Server(httpServer, options)`: what it says and hears is said and heard in its namespace `/`.
 * @typeParam Listen events that clients send
 * @typeParam Emit events that are sent to them
 * @typeParam ServerSide events between servers
 * @typeParam Data the program's own of each socket, in `socket.data`
 */
export class Server<
  Listen extends EventsMap = DefaultEventsMap,
  Emit extends EventsMap = Listen,
  ServerSide extends EventsMap = DefaultEventsMap,
  Data = Anything,
> extends ServerCore<Listen, Emit, ServerSide, Data> {
  /**
   * @param httpServer the HTTP server to share, or a port to listen on. Without one (the options may come first), call
   * `listen` or `attach`
   * @throws {TypeError} if an option is invalid
   */
  constructor(httpServer?: AttachableServer | number | Partial<ServerOptions>, options: Partial<ServerOptions> = {}) {
    const isOptions = typeof httpServer === "object" && httpServer !== null && !("listen" in httpServer);
    super(isOptions ? httpServer : options);
    if (isOptions || httpServer === undefined || httpServer === null) return;
    this.attach(httpServer);
  }

  /** The namespaces by name. */
  get _nsps(): ReadonlyMap<string, Namespace<Listen, Emit, ServerSide, Data>> {
    return this.namespaces.all;
  }

  /** Those that make namespaces, by what decides. */
  get parentNsps(): ReadonlyMap<NamespaceJudge, ParentNamespace<Listen, Emit, ServerSide, Data>> {
    return this.namespaces.parents;
  }

  /**
   * Takes the requests to its paths; all others stay with the listeners that are there already. A `request` listener
   * that is added afterwards hears of ours too, as with Socket.IO: give it to `createServer`, or add it before.
   * @param options of the constructor, which go before these
   */
  attach(httpServer: AttachableServer | number, options: Partial<ServerOptions> = {}): this {
    if (typeof httpServer === "function")
      throw new TypeError("attach to an HTTP server, not to a function that answers requests");
    const port = portOf(httpServer);
    if (port !== undefined) this.attachTo(this.listenOn(port), options);
    else if (isHttpServer(httpServer)) this.attachTo(httpServer, options);
    else throw new TypeError("attach to an HTTP server, or to a port");
    return this;
  }

  /** The same as `attach`. */
  listen(httpServer: AttachableServer | number, options: Partial<ServerOptions> = {}): this {
    return this.attach(httpServer, options);
  }

  /**
   * The namespace of this name, made if there is none; or the parent of those that a pattern or a function allows, which are made
   * when clients ask for them.
   * @param listener of `connection`
   */
  of(
    name: string,
    listener?: (socket: Socket<Listen, Emit, ServerSide, Data>) => void,
  ): Namespace<Listen, Emit, ServerSide, Data>;
  of(
    which: RegExp | NamespaceJudge,
    listener?: (socket: Socket<Listen, Emit, ServerSide, Data>) => void,
  ): ParentNamespace<Listen, Emit, ServerSide, Data>;
  of(
    name: string | RegExp | NamespaceJudge,
    listener?: (socket: Socket<Listen, Emit, ServerSide, Data>) => void,
  ): Namespace<Listen, Emit, ServerSide, Data>;
  of(
    name: string | RegExp | NamespaceJudge,
    listener?: (socket: Socket<Listen, Emit, ServerSide, Data>) => void,
  ): Namespace<Listen, Emit, ServerSide, Data> {
    const isParent = typeof name === "function" || name instanceof RegExp;
    const namespace = isParent ? this.namespaces.addParent(name) : this.namespaces.get(name);
    if (listener !== undefined) namespace.on("connect", listener);
    return namespace;
  }

  /** Whether the client for browsers is served. With a value: sets it, before `attach`. */
  serveClient(): boolean;
  serveClient(serves: boolean): this;
  serveClient(serves?: boolean): boolean | this {
    if (serves === undefined) return this.servesClient;
    this.servesClient = serves;
    return this;
  }

  /** The path of the Socket.IO wire. With a value: sets it, before `attach`. */
  path(): string;
  path(path: string): this;
  path(path?: string): string | this {
    if (path === undefined) return this.enginePath;
    this.enginePath = path.replace(/\/$/, "");
    return this;
  }

  /** Milliseconds that a client has to ask for its first namespace. With a value: sets it, for those to come. */
  connectTimeout(): number;
  connectTimeout(ms: number): this;
  connectTimeout(ms?: number): number | this {
    if (ms === undefined) return this.unentered.ms;
    this.unentered.ms = ms;
    return this;
  }

  /** What spreads broadcasts over several nodes. With a value: sets it, for all namespaces. */
  adapter(): AdapterConstructor | undefined;
  adapter(adapter: AdapterConstructor): this;
  adapter(adapter?: AdapterConstructor): AdapterConstructor | undefined | this {
    if (adapter === undefined) return this.adapterConstructor;
    this.adapterConstructor = adapter;
    for (const namespace of this._nsps.values()) namespace._initAdapter();
    return this;
  }

  /** Adds a function that each client of the namespace `/` passes before it is connected; `next(error)` refuses it. */
  use(middleware: Middleware<Socket<Listen, Emit, ServerSide, Data>>): this {
    this.sockets.use(middleware);
    return this;
  }

  /** Emits to the other nodes: to their `io.on(event)`. */
  serverSideEmit<Name extends EventNames<ServerSide>>(
    event: Name,
    ...args: EventParams<DecorateAcknowledgementsWithTimeoutAndMultipleResponses<ServerSide>, Name>
  ): boolean {
    return this.sockets.serverSideEmit(event, ...args);
  }

  /** @returns what the other nodes answered */
  serverSideEmitWithAck<Name extends EventNamesWithAck<ServerSide>>(
    event: Name,
    ...args: AllButLast<EventParams<ServerSide, Name>>
  ): Promise<FirstNonErrorArg<Last<EventParams<ServerSide, Name>>>[]> {
    return this.sockets.serverSideEmitWithAck(event, ...args);
  }

  /** What there is at the moment: all of it goes back to nothing when the clients have gone. */
  stats(): ServerStats {
    return countsOf(this);
  }

  /**
   * Lets nobody in any more, tells clients when to come back, closes their links (1012), the HTTP server and the history.
   * It listens until all are told: some poll on a connection of their own to hear of it. Clients that do not take their
   * leave are cut half a second after the drain. A shared HTTP server still waits for what the program's own listeners answer.
   * @param options how, or a function that is called when all is over
   */
  async close(options: CloseOptions | Closed = {}): Promise<void> {
    const [closed, { drain = 0 }] = typeof options === "function" ? [options, {}] : [undefined, options];
    this.closing ??= this.shutDown(drain); // a second call waits for the first
    const error = await this.closing;
    closed?.(error);
  }

  /** @returns what the HTTP servers say */
  private async shutDown(drain: number): Promise<Error | undefined> {
    await undefined; // what closes is seen to be closing
    this.engine.isRetiring = true;
    await Promise.all([...this._nsps.values()].map((namespace) => namespace.shutDown(drain)));
    await Promise.all([this.engine.retire(closeGrace, () => comeBackAfter(drain)), this.plain?.close()]);
    for (const engine of this.foreignEngines) engine.close();
    const stopped = [...this.httpServers.keys()].map((httpServer) => stopListening(httpServer));
    for (const httpServer of this.own) httpServer.closeAllConnections(); // those that never sent a byte are not idle to Node
    const errors = await Promise.all(stopped);
    this.unentered.clear();
    this.incomplete.clear();
    return errors.find((error) => error !== undefined);
  }

  protected self(): AnyServer {
    return this;
  }
}

function isHttpServer(value: unknown): value is HttpServer {
  return typeof value === "object" && value !== null && "listen" in value && "on" in value;
}

function stopListening(httpServer: HttpServer): Promise<Error | undefined> {
  return new Promise((resolve) => httpServer.close(resolve));
}
