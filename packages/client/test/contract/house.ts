/** One server for all tests of a suite, with a namespace for each, and clients that are sent home when their test ends. */

import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import { Server as SecureServer } from "node:https";
import type { AddressInfo, Socket as TcpSocket } from "node:net";
import { after, before, type TestContext } from "node:test";
import type { Server, ServerOptions, Socket } from "socket.io";
import { type ClientOptions, type ClientSocket, heard, type Library, type Manager } from "./library.ts";
import type { ServerKind } from "./server-kind.ts";

/** A contract fails rather than waits for ever. */
export const patience = { timeout: 20_000 };

/** Both ends of one socket, connected. */
export interface Pair {
  readonly client: ClientSocket;
  readonly socket: Socket;
  /** Its namespace, which is its own. */
  readonly namespace: string;
}

/** Comes back at once. */
export const restless: ClientOptions = { reconnectionDelay: 1, reconnectionDelayMax: 1, randomizationFactor: 0 };

export class House {
  readonly http: HttpServer;
  readonly io: Server;
  readonly #lines = new Set<TcpSocket>();
  #namespaces = 0;

  constructor(kind: ServerKind, options: Partial<ServerOptions> = {}, http: HttpServer = createServer()) {
    this.http = http;
    this.io = kind.open(this.http, options);
    this.http.on("connection", (line: TcpSocket) => {
      this.#lines.add(line.once("close", () => this.#lines.delete(line)));
    });
  }

  get port(): number {
    const address = this.http.address() as AddressInfo;
    return address.port;
  }

  get url(): string {
    return `${this.http instanceof SecureServer ? "https" : "http"}://127.0.0.1:${this.port}`;
  }

  async open(): Promise<void> {
    this.http.listen(0, "127.0.0.1");
    await once(this.http, "listening");
  }

  async close(): Promise<void> {
    const closed = once(this.http, "close");
    this.http.on("connection", (line: TcpSocket) => line.destroy()); // of who knocks while it closes
    this.io.close();
    this.cut();
    await closed;
  }

  /** Destroys every connection: polls, WebSockets and those that wait. */
  cut(): void {
    for (const line of this.#lines) line.destroy();
  }

  /** A namespace of the test's own. */
  namespace(welcome: (socket: Socket) => unknown = () => {}): string {
    const name = `/n${++this.#namespaces}`;
    this.io.of(name).on("connection", welcome);
    return name;
  }
}

/** A server for the suite that is being described. */
export function useHouse(kind: ServerKind, options?: Partial<ServerOptions>, http?: HttpServer): House {
  const house = new House(kind, options, http);
  before(() => house.open());
  after(() => house.close());
  return house;
}

/** The clients of one test. */
export class Visit {
  readonly #library: Library;
  readonly #house: Pick<House, "url" | "namespace">;
  readonly #sockets: ClientSocket[] = [];
  readonly #managers: Manager[] = [];

  constructor(t: TestContext, library: Library, house: Pick<House, "url" | "namespace">) {
    this.#library = library;
    this.#house = house;
    t.after(() => {
      for (const socket of this.#sockets) socket.io._close(); // with all its namespaces, and for good
      for (const manager of this.#managers) manager._close();
    });
  }

  /** A client that is on its way. @param where a namespace of the house, or a URL of its own */
  call(where: string, options: ClientOptions = {}): ClientSocket {
    const url = where.startsWith("/") ? this.#house.url + where : where;
    const socket = this.#library.io(url, { forceNew: true, transports: ["websocket"], ...restless, ...options });
    this.#sockets.push(socket);
    return socket;
  }

  manager(options: ClientOptions = {}, url: string = this.#house.url): Manager {
    const manager = new this.#library.Manager(url, { transports: ["websocket"], ...restless, ...options });
    this.#managers.push(manager);
    return manager;
  }

  /** A client that has come to a namespace of its own. */
  async meet(options: ClientOptions = {}): Promise<Pair> {
    let arrive: (socket: Socket) => void = () => {};
    const arrival = new Promise<Socket>((resolve) => {
      arrive = resolve;
    });
    const namespace = this.#house.namespace((socket) => arrive(socket));
    const client = this.call(namespace, options);
    await heard(client, "connect");
    return { client, socket: await arrival, namespace };
  }
}
