/** A server on a port of its own with clients that speak its bytes, and all that it reports. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { Server, type ServerOptions } from "../src/index.ts";
import type { Socket } from "../src/socket.ts";
import { type Ask, ask, type Told } from "./engine/asking.ts";
import { RawClient } from "./raw-client.ts";

/** A test fails rather than waits for ever. */
export const patience = { timeout: 60_000 };

export interface Reported {
  readonly error: unknown;
  readonly socket: Socket | undefined;
  readonly event: string;
}

export class RawHouse {
  readonly io: Server;
  readonly http: HttpServer;
  readonly port: number;
  /** What `io.on("error")` heard. */
  readonly reports: Reported[] = [];
  readonly clients: RawClient[] = [];

  private constructor(io: Server, http: HttpServer) {
    this.io = io;
    this.http = http;
    this.port = (http.address() as AddressInfo).port;
    io.on("error", (error: unknown, socket?: Socket, event = "") => this.reports.push({ error, socket, event }));
  }

  static async open(t: TestContext, options: Partial<ServerOptions> = {}): Promise<RawHouse> {
    const http = createServer();
    const io = new Server(http, { allowEIO3: true, serveClient: false, ...options });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const house = new RawHouse(io, http);
    t.after(async () => {
      for (const { socket } of house.clients) socket.terminate();
      http.closeAllConnections();
      await io.close();
    });
    return house;
  }

  /** Messages and events of what was reported, in order. */
  get errors(): string[] {
    return this.reports.map(
      ({ error, event }) => `${error instanceof Error ? error.message : String(error)} in ${event}`,
    );
  }

  url(query: string, scheme = "http"): string {
    return `${scheme}://127.0.0.1:${this.port}/socket.io/?${query}`;
  }

  /** A session over WebSocket that has asked for nothing yet. */
  async session(query = "EIO=4"): Promise<RawClient> {
    const client = await RawClient.open(this.url(`${query}&transport=websocket`, "ws"));
    this.clients.push(client);
    return client;
  }

  /** A session that is in the namespace. */
  async client(query = "EIO=4", namespace = "/"): Promise<RawClient> {
    const client = await this.session(query);
    const answer = query.includes("EIO=3") ? await client.next() : await client.enter(namespace);
    assert.match(String(answer), /^40/);
    return client;
  }

  ask(query: string, asked?: Ask): Promise<Told> {
    return ask(this.url(query), asked);
  }

  /** Opens a session by polling. */
  async poll(query = "EIO=4", asked?: Ask): Promise<string> {
    const { text } = await this.ask(`${query}&transport=polling`, asked);
    return JSON.parse(text.slice(text.indexOf("{"), text.indexOf("}") + 1)).sid;
  }

  /** Nothing is held for clients any more. Those who leave do it a turn or more later: it is waited for. */
  emptied(): Promise<void> {
    return until(() => this.isEmpty);
  }

  private get isEmpty(): boolean {
    const { namespaces, ...held } = this.io.stats();
    return Object.values(held).every((count) => count === 0);
  }
}

/** Whom the server has, in the namespace, in the order of their coming. */
export function socketsOf({ io }: RawHouse, namespace = "/"): Socket[] {
  return [...io.of(namespace).sockets.values()];
}

/** @throws {Error} if it does not come to hold for long */
export async function until(holds: () => boolean): Promise<void> {
  const end = process.hrtime.bigint() + BigInt(patience.timeout) * 1_000_000n;
  while (!holds()) {
    if (process.hrtime.bigint() > end) throw new Error(`never came to hold: ${holds}`);
    await new Promise(setImmediate);
  }
}
