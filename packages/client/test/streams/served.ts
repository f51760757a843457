/** A server of ours on a port of its own, below Socket.IO: its sessions, the reasons with which they end, and its lines. */

import { once } from "node:events";
import { createServer, type Server as HttpServer, type RequestListener } from "node:http";
import type { AddressInfo, Socket as TcpSocket } from "node:net";
import type { TestContext } from "node:test";
import { type EngineServer, Server, type ServerOptions } from "@anywire/server";

type Session = Parameters<Parameters<EngineServer["on"]>[1]>[0];

export class Served {
  readonly engine: EngineServer;
  readonly http: HttpServer;
  readonly sessions: Session[] = [];
  /** Reasons with which sessions ended. */
  readonly ends: string[] = [];
  /** The method and the query of each request. */
  readonly requests: [method: string, query: URLSearchParams][] = [];
  readonly #lines = new Set<TcpSocket>();

  private constructor(http: HttpServer, options: Partial<ServerOptions>) {
    this.http = http;
    this.engine = new Server(http, { path: "/engine.io/", ...options }).engine;
    this.engine.removeAllListeners("connection"); // that of Socket.IO
    this.engine.on("connection", (session: Session) => this.#add(session));
    http.prependListener("request", ({ method = "", url = "" }) => {
      this.requests.push([method, new URL(url, "http://test").searchParams]);
    });
    http.on("connection", (line) => {
      this.#lines.add(line.once("close", () => this.#lines.delete(line)));
    });
  }

  /** @param serve answers what is not for the server */
  static async open(t: TestContext, options: Partial<ServerOptions> = {}, serve?: RequestListener): Promise<Served> {
    const served = new Served(createServer(serve), options);
    served.http.listen(0, "127.0.0.1");
    await once(served.http, "listening");
    t.after(async () => {
      const closed = once(served.http, "close");
      served.engine.close();
      served.http.close();
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
    while (this.ends.length < count) await once(this.engine, "test:end");
  }

  #add(session: Session): void {
    this.sessions.push(session);
    session.on("close", (reason: string) => {
      this.ends.push(reason);
      this.engine.emit("test:end");
    });
  }
}
