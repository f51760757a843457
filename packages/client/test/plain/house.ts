/** Our server with the plain wire, behind a proxy that cuts, and clients of both transports. */

import { once } from "node:events";
import { createServer } from "node:http";
import {
  type AddressInfo,
  connect as connectTcp,
  createServer as createTcpServer,
  type Socket as TcpSocket,
} from "node:net";
import type { TestContext } from "node:test";
import { EventSource as OurEventSource } from "@anywire/eventsource";
import { Server, type ServerOptions } from "@anywire/server";
import { WebSocket as OurWebSocket } from "@anywire/websocket";
import { EventSource as NpmEventSource } from "eventsource";
import { WebSocket as NpmWebSocket } from "ws";
import { connect } from "../../src/plain/connect.ts";
import type { PlainOptions } from "../../src/plain/options.ts";
import type { PlainSocket } from "../../src/plain/plain-socket.ts";

export const patience = { timeout: 60_000 };

/** Every way in Node.js. */
export const ways: readonly (readonly [name: string, options: PlainOptions])[] = [
  ["the WebSocket of @anywire/websocket", { transports: [OurWebSocket] }],
  ["the WebSocket of ws", { transports: [NpmWebSocket] }],
  ["the EventSource of @anywire/eventsource", { transports: [OurEventSource] }],
  ["the EventSource of eventsource", { transports: [NpmEventSource] }],
];

export interface House {
  readonly io: Server;
  readonly port: number;
  readonly url: string;
}

/** @param options beside `plain`, which is on, and the history */
export async function openHouse(t: TestContext, options: Partial<ServerOptions> = {}): Promise<House> {
  const http = createServer((request, response) => {
    if (request.url === "/page") response.setHeader("Content-Type", "text/html").end();
  });
  const io = new Server(http, { serveClient: false, plain: {}, history: {}, ...options });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(async () => {
    http.closeAllConnections();
    await io.close();
  });
  const { port } = http.address() as AddressInfo;
  return { io, port, url: `http://127.0.0.1:${port}/anywire` };
}

export function join(t: TestContext, url: string, options: PlainOptions): PlainSocket {
  const socket = connect(url, { reconnectionDelay: 1, ...options });
  t.after(() => socket.close());
  return socket;
}

/** The arguments of the next such event. */
// biome-ignore lint/suspicious/noExplicitAny: what an event carries is up to the test
export function next(socket: PlainSocket, name: string): Promise<any[]> {
  return new Promise((resolve) => socket.once(name, (...args) => resolve(args)));
}

/** What lies between client and server, and is cut. */
export class Cutter {
  readonly #pairs = new Set<readonly TcpSocket[]>();
  #server = createTcpServer((client) => {
    const server = connectTcp(this.port, "127.0.0.1");
    const pair = [client, server];
    this.#pairs.add(pair);
    client.pipe(server).pipe(client);
    for (const end of pair) {
      end.on("error", () => {});
      end.on("close", () => {
        this.#pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
  });
  readonly port: number;

  constructor(port: number) {
    this.port = port;
  }

  async listen(t: TestContext): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    t.after(() => {
      this.#server.close();
      this.cut();
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/anywire`;
  }

  cut(): void {
    for (const pair of this.#pairs) for (const end of pair) end.destroy();
  }
}
