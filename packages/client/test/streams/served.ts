/** An Engine.IO server, ours or engine.io's, on a port of its own: its sessions, the reasons with which they end, and its lines. */

import { EventEmitter, once } from "node:events";
import { createServer, type Server as HttpServer, type RequestListener } from "node:http";
import type { AddressInfo, Socket as TcpSocket } from "node:net";
import type { TestContext } from "node:test";
import { Server } from "@anywire/server";
import { Server as EngineIoServer } from "engine.io";

/** What both have. */
interface Engine extends EventEmitter {
  close(): unknown;
  onWebTransportSession(session: unknown): Promise<unknown>;
}

interface Session extends EventEmitter {
  readonly id: string;
  readonly transport: { readonly name: string };
  send(data: string | Uint8Array): unknown;
  close(): unknown;
}

type OpenEngine = (http: HttpServer, options: object) => Engine;

function openOurs(http: HttpServer, options: object): Engine {
  const { engine } = new Server(http, { path: "/engine.io/", ...options });
  return engine.removeAllListeners("connection"); // that of Socket.IO
}

function openTheirs(http: HttpServer, options: object): Engine {
  const engine: unknown = new EngineIoServer(options);
  const server = engine as Engine & { attach(http: HttpServer): void }; // it has all of that
  server.attach(http);
  return server;
}

export const engines = { ours: openOurs, "engine.io": openTheirs } as const satisfies Record<string, OpenEngine>;

export interface ServedOptions {
  /** @default our server */
  readonly openEngine?: OpenEngine;
  /** Answers what is not for the server. */
  readonly serve?: RequestListener;
}

export class Served {
  readonly engine: Engine;
  readonly http: HttpServer;
  readonly sessions: Session[] = [];
  /** Reasons with which sessions ended. */
  readonly ends: string[] = [];
  /** The method and the query of each request. */
  readonly requests: [method: string, query: URLSearchParams][] = [];
  readonly #changes = new EventEmitter();
  readonly #lines = new Set<TcpSocket>();

  private constructor(http: HttpServer, engine: Engine) {
    this.http = http;
    this.engine = engine;
    http.prependListener("request", ({ method = "", url = "" }) => {
      this.requests.push([method, new URL(url, "http://test").searchParams]);
    });
    engine.on("connection", (session: Session) => this.#add(session));
    http.on("connection", (line) => {
      this.#lines.add(line.once("close", () => this.#lines.delete(line)));
    });
  }

  static async open(
    t: TestContext,
    options: object = {},
    { openEngine = openOurs, serve }: ServedOptions = {},
  ): Promise<Served> {
    const http = createServer(serve);
    const served = new Served(http, openEngine(http, options));
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    t.after(async () => {
      const closed = once(http, "close");
      served.engine.close();
      http.close();
      served.cut();
      await closed;
    });
    return served;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`; // it listens on a port
  }

  /** The session that was opened last. */
  get last(): Session {
    const session = this.sessions.at(-1);
    if (session === undefined) throw new Error("no session was opened");
    return session;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const line of this.#lines) line.destroy();
  }

  /** Resolves when so many sessions have ended. */
  async ended(count = 1): Promise<void> {
    while (this.ends.length < count) await once(this.#changes, "end");
  }

  #add(session: Session): void {
    this.sessions.push(session);
    Reflect.set(session.transport, "closeTimeout", 5_000); // engine.io's, which would keep the process for longer
    session.on("close", (reason: string) => {
      this.ends.push(reason);
      this.#changes.emit("end");
    });
  }
}
