/** npm's engine.io on a free port, plain or with TLS, and transports of ours that talk to it with no session around them. */

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { TestContext } from "node:test";
import type { TlsOptions } from "node:tls";
import { Server as EngineServer, type ServerOptions, type Socket } from "engine.io";
import { CookieJar } from "../../src/engine/cookie-jar.ts";
import { NodeXHR } from "../../src/engine/node-polling.ts";
import { NodeWebSocket } from "../../src/engine/node-websocket.ts";
import type {
  EnginePacket,
  ErrorPacket,
  Transport,
  TransportError,
  TransportHost,
  TransportOptions,
} from "../../src/engine/transport.ts";

export interface Served {
  readonly engine: EngineServer;
  readonly http: Server;
  readonly port: number;
  /** The next session that the server opens. */
  accepted(): Promise<Socket>;
}

export async function serve(t: TestContext, options: ServerOptions = {}, tls?: TlsOptions): Promise<Served> {
  const http = tls === undefined ? createServer() : createSecureServer(tls);
  const engine = new EngineServer(options);
  engine.attach(http, { path: "/engine.io" });
  t.after(() => {
    engine.close();
    http.close();
    http.closeAllConnections();
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const accepted = async (): Promise<Socket> => (await once(engine, "connection"))[0];
  return { engine, http, port: portOf(http), accepted };
}

export function portOf(server: Server): number {
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}

export const names = ["polling", "websocket"] as const;
export type Name = (typeof names)[number];

interface Host extends TransportHost {
  id?: string;
}

export interface Client {
  readonly transport: Transport;
  readonly host: Host;
  readonly packets: (EnginePacket | ErrorPacket)[];
  /** The next event of the transport. */
  next(event: "open" | "error" | "close" | "drain" | "packet"): Promise<unknown>;
  /** The next packet of type message. */
  message(): Promise<unknown>;
}

/** A transport of a session that does nothing but note its id. */
export function client(name: Name, options: Partial<TransportOptions>): Client {
  const events = new EventEmitter();
  const packets: (EnginePacket | ErrorPacket)[] = [];
  const host: Host = {
    binaryType: "nodebuffer",
    ...(options.withCredentials ? { _cookieJar: new CookieJar() } : {}),
  };
  const settings: TransportOptions = {
    hostname: "127.0.0.1",
    port: 0,
    secure: false,
    path: "/engine.io/",
    query: { EIO: 4, transport: name },
    socket: host,
    ...options,
  };
  const transport = name === "polling" ? new NodeXHR(settings) : new NodeWebSocket(settings);
  for (const event of ["open", "close", "drain"] as const)
    transport.on(event, (details?: unknown) => events.emit(event, details));
  transport.on("error", (error) => events.emit("failed", error));
  transport.on("packet", (packet) => {
    packets.push(packet);
    if (packet.type === "open") {
      host.id = JSON.parse(String(packet.data)).sid;
      transport.query.sid = host.id;
    }
    if (packet.type === "ping") transport.send([{ type: "pong" }]);
    events.emit("packet", packet);
    if (packet.type === "message") events.emit("message", packet.data);
  });
  const first = async (event: string): Promise<unknown> => (await once(events, event))[0];
  return {
    transport,
    host,
    packets,
    next: (event) => first(event === "error" ? "failed" : event),
    message: () => first("message"),
  };
}

/** Opens, and waits for what the server says first. */
export async function connect(t: TestContext, name: Name, options: Partial<TransportOptions>): Promise<Client> {
  const made = client(name, options);
  t.after(() => made.transport.close());
  const opened = made.next("packet");
  made.transport.open();
  await opened;
  return made;
}

/** It cannot open: what it says. */
export async function refusal(name: Name, options: Partial<TransportOptions>): Promise<TransportError> {
  const made = client(name, options);
  const failed = made.next("error");
  made.transport.open();
  const error = await failed;
  made.transport.close();
  return error as TransportError;
}
