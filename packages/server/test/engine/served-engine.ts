/** An Engine.IO server, ours or the peer's, on a port of its own, and its sessions. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { type AnyServer, type AnySession, servers } from "./peers.ts";

export type ServerName = keyof typeof servers;

export class ServedEngine {
  readonly engine: AnyServer;
  readonly port: number;
  /** Of the HTTP server. */
  readonly origin: string;
  readonly sessions: AnySession[] = [];
  /** Reasons with which sessions ended. */
  readonly ends: string[] = [];

  private constructor(engine: AnyServer, port: number) {
    this.engine = engine;
    this.port = port;
    this.origin = `http://127.0.0.1:${port}`;
    engine.on("connection", (session: AnySession) => {
      this.sessions.push(session);
      Reflect.set(session.transport, "closeTimeout", 5_000); // the peer's, which would keep the process for longer
      session.on("close", (reason: string) => {
        this.ends.push(reason);
        engine.emit("test:end");
      });
    });
  }

  static async open(t: TestContext, name: ServerName, options: object = {}): Promise<ServedEngine> {
    const engine = servers[name]({ allowEIO3: true, ...options });
    const http = createServer();
    engine.attach(http);
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const served = new ServedEngine(engine, (http.address() as AddressInfo).port); // it listens on a port
    t.after(async () => {
      engine.close();
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    });
    return served;
  }

  url(query: string): string {
    return `${this.origin}/engine.io/?${query}`;
  }

  /** The session that was opened last. */
  get last(): AnySession {
    const session = this.sessions.at(-1);
    if (session === undefined) throw new Error("no session was opened");
    return session;
  }

  /** Resolves when so many sessions have ended. */
  async ended(count = 1): Promise<void> {
    while (this.ends.length < count) await once(this.engine, "test:end");
  }
}
