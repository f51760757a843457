/** An Engine.IO server on an HTTP server of its own, and what its tests ask it with. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import { type ConnectionError, EngineServer } from "../../src/engine/engine-server.ts";
import type { EngineSession, SessionHandler } from "../../src/engine/engine-session.ts";
import { type Ask, ask, type Told } from "./asking.ts";

export interface EngineWorld {
  readonly engine: EngineServer;
  readonly http: Server;
  readonly port: number;
  /** Of the refusals, as `connection_error` told them. */
  readonly refusals: ConnectionError[];
  readonly sessions: EngineSession[];
  /** @param query without the question mark */
  ask(query: string, asked?: Ask): Promise<Told>;
  webSocketUrl(query: string): string;
}

export async function createEngineWorld(
  t: TestContext,
  options: EngineOptions = {},
  prepare?: (engine: EngineServer) => void,
): Promise<EngineWorld> {
  const http = createServer();
  const engine = new EngineServer(options);
  const refusals: ConnectionError[] = [];
  const sessions: EngineSession[] = [];
  engine.on("connection_error", (error: ConnectionError) => refusals.push(error));
  engine.on("connection", (session: EngineSession) => sessions.push(session));
  prepare?.(engine);
  engine.attach(http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  t.after(() => {
    http.close();
    engine.close();
    http.closeAllConnections();
  });
  return {
    engine,
    http,
    port,
    refusals,
    sessions,
    ask: (query, asked) => ask(`http://127.0.0.1:${port}/engine.io/?${query}`, asked),
    webSocketUrl: (query) => `ws://127.0.0.1:${port}/engine.io/?${query}`,
  };
}

/** Opens a session by polling. */
export async function openByPolling(world: EngineWorld, query = "EIO=4"): Promise<string> {
  const { text } = await world.ask(`${query}&transport=polling`);
  return JSON.parse(text.slice(text.indexOf("{"))).sid;
}

/** What a session tells, in order. */
export class Listening implements SessionHandler {
  readonly heard: unknown[] = [];

  constructor(session: EngineSession) {
    session.handler = this;
  }

  message(data: string | Buffer): void {
    this.heard.push(data);
  }

  drained(): void {}

  closed(reason: string): void {
    this.heard.push(["closed", reason]);
  }
}

export interface RawAnswer {
  readonly socket: Socket;
  readonly text: string;
}

/** Sends bytes as they are. @returns what came until `isEnough`, or until the end */
export async function sendRaw(
  port: number,
  bytes: string | Buffer,
  isEnough: (text: string) => boolean = () => false,
): Promise<RawAnswer> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(bytes);
  let text = "";
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk.toString("latin1");
    if (isEnough(text)) break;
  }
  return { socket, text };
}

/** The head of an opening handshake (RFC 6455 §4.1). */
export function upgradeHead(query: string, headers: readonly string[] = []): string {
  return [
    `GET /engine.io/?${query} HTTP/1.1`,
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
    "\r\n",
  ].join("\r\n");
}
