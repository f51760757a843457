/** A server on a port of its own, either Socket.IO's or ours, and clients that come in and are sent home at the end. */

import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo, Socket as TcpSocket } from "node:net";
import type { TestContext } from "node:test";
import type { Server, ServerOptions, Socket } from "socket.io";
import { type Client, type ClientKind, type ClientOptions, heard } from "./client-kind.ts";

/** Both servers are opened alike, and have the API of Socket.IO's. */
export type OpenServer = (httpServer: HttpServer, options: Partial<ServerOptions>) => Server;

/** A contract fails rather than waits for ever. */
export const patience = { timeout: 60_000 };

/** Both ends of one socket, connected. */
export interface Pair<C extends Client = Client> {
  readonly client: C;
  readonly socket: Socket;
}

export interface House {
  readonly io: Server;
  readonly http: HttpServer;
  readonly port: number;
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Destroys every connection: polls, WebSockets and those that wait. */
  cut(): void;
  /** A client that is on its way to the namespace. */
  call<C extends Client>(kind: ClientKind<C>, options?: ClientOptions, namespace?: string): C;
  /** A client that is in the namespace. */
  enter<C extends Client>(kind: ClientKind<C>, options?: ClientOptions, namespace?: string): Promise<Pair<C>>;
}

export interface HouseOptions extends Partial<ServerOptions> {
  /** Where it listens instead of a plain HTTP server. */
  readonly on?: { readonly http: HttpServer; readonly scheme: "http" | "https" };
}

/** Opens a server for one test, and closes it, with all that came, at the end of the test. */
export async function openHouse(t: TestContext, open: OpenServer, options: HouseOptions = {}): Promise<House> {
  const { on, ...serverOptions } = options;
  const http = on?.http ?? createServer();
  const io = open(http, { allowEIO3: true, ...serverOptions });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  const url = `${on?.scheme ?? "http"}://127.0.0.1:${port}`;
  const lines = new Set<TcpSocket>();
  http.on("connection", (line: TcpSocket) => lines.add(line.once("close", () => lines.delete(line))));
  const cut = (): void => {
    for (const line of lines) line.destroy();
  };
  const clients: Client[] = [];
  t.after(async () => {
    for (const client of clients) client.io.disconnect(); // with all its namespaces, and for good
    const closed = http.listening ? once(http, "close") : undefined;
    const ended = io.close();
    cut(); // of HTTP/2 too, which nobody else ends
    await Promise.all([ended, closed]);
  });

  const call: House["call"] = (kind, options, namespace = "/") => {
    const client = kind.connect(url + namespace, options);
    clients.push(client);
    return client;
  };
  const enter: House["enter"] = async (kind, options, namespace = "/") => {
    const entered = new Map<string, Socket>();
    const greet = (socket: Socket): unknown => entered.set(socket.id, socket);
    io.of(namespace).on("connection", greet);
    const client = call(kind, options, namespace);
    await connected(client);
    io.of(namespace).off("connection", greet);
    const socket = entered.get(client.id ?? "");
    if (socket === undefined) throw new Error(`no socket of the server has the id ${client.id}`);
    return { client, socket };
  };
  return { io, http, port, url, cut, call, enter };
}

/** @throws what keeps it out */
export async function connected(client: Client): Promise<void> {
  const refused = heard(client, "connect_error").then(([error]) => Promise.reject(error));
  await Promise.race([heard(client, "connect"), refused]);
}

/** Its client has a poll waiting at the server, or a WebSocket: between two polls nobody hears that the network is cut. */
export async function listening({ conn }: Socket): Promise<void> {
  while (!conn.transport.writable) await new Promise(setImmediate);
}
