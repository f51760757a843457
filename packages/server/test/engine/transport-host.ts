/** Just enough of an Engine.IO server around one kind of transport, to see it alone: sessions that record, and send what they are told. */

import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Packet, PacketType } from "@anywire/protocol/engine";
import { type EngineOptions, resolveEngineOptions } from "../../src/engine/engine-options.ts";
import { protocolOf, readEngineRequest } from "../../src/engine/handshake-request.ts";
import { Messages } from "../../src/engine/messages.ts";
import type {
  HttpTransport,
  ResponseHeaders,
  TransportEnd,
  TransportFactory,
  TransportHandler,
} from "../../src/engine/transport.ts";

type Item = Messages | Packet;

/** A session of the host: what its transport told, and what waits to be sent. Emits `packet`, `writable` and `closed`. */
export class HostedSession extends EventEmitter implements TransportHandler {
  readonly id: string;
  readonly transport: HttpTransport;
  readonly packets: [type: PacketType, data: string | Buffer | undefined][] = [];
  readonly ends: [reason: TransportEnd, description: string | undefined][] = [];
  private queue: Item[] = [];

  constructor(id: string, transport: HttpTransport) {
    super();
    this.id = id;
    this.transport = transport;
    transport.handler = this;
  }

  /** Packets, or messages of Socket.IO. */
  send(...items: (Item | string | Buffer)[]): void {
    this.queue.push(
      ...items.map((item) => (typeof item === "string" || Buffer.isBuffer(item) ? new Messages([item]) : item)),
    );
    this.flush();
  }

  packet(type: PacketType, data: string | Buffer | undefined): void {
    this.packets.push([type, data]);
    this.emit("packet", type, data);
  }

  writable(): void {
    this.flush();
    this.emit("writable");
  }

  closed(reason: TransportEnd, description?: unknown): void {
    this.ends.push([reason, description instanceof Error ? description.message : undefined]);
    this.emit("closed", reason);
  }

  private flush(): void {
    if (this.queue.length === 0 || !this.transport.writable) return;
    const batch = this.queue;
    this.queue = [];
    this.transport.send(batch);
  }
}

export interface HostOptions extends EngineOptions {
  readonly factory: TransportFactory;
  /** What the program adds to every answer. */
  readonly headers?: ResponseHeaders;
}

export class TransportHost {
  readonly sessions = new Map<string, HostedSession>();
  readonly url: string;
  readonly port: number;
  private readonly server: Server;
  private readonly options: HostOptions;

  private constructor(server: Server, options: HostOptions) {
    this.server = server;
    this.options = options;
    this.port = (server.address() as AddressInfo).port; // it listens on a port
    this.url = `http://127.0.0.1:${this.port}/engine.io/`;
  }

  static async open(t: TestContext, options: HostOptions): Promise<TransportHost> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const host = new TransportHost(server, options);
    server.on("request", (request, response) => host.respond(request, response));
    t.after(() => host.close());
    return host;
  }

  /** The session that was opened last. */
  get last(): HostedSession {
    const session = [...this.sessions.values()].at(-1);
    if (session === undefined) throw new Error("no session was opened");
    return session;
  }

  private respond(request: IncomingMessage, response: ServerResponse): void {
    if (!request.url?.startsWith("/engine.io/")) {
      response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>a page</title>");
      return;
    }
    const query = readEngineRequest(request)._query;
    const session = query.sid === undefined ? this.open(request) : this.sessions.get(query.sid);
    if (session === undefined) response.writeHead(400).end("unknown sid");
    else session.transport.handleRequest({ request, response, query, headers: this.options.headers ?? {} });
  }

  private open(request: IncomingMessage): HostedSession {
    const query = readEngineRequest(request)._query;
    const options = resolveEngineOptions(this.options);
    const transport = this.options.factory({ protocol: protocolOf(query), query, options });
    const session = new HostedSession(`s${this.sessions.size + 1}`, transport);
    this.sessions.set(session.id, session);
    const { pingInterval, pingTimeout, maxHttpBufferSize: maxPayload } = options;
    const handshake = { sid: session.id, upgrades: [], pingInterval, pingTimeout, maxPayload };
    session.send({ type: "open", data: JSON.stringify(handshake) });
    return session;
  }

  private async close(): Promise<void> {
    for (const { transport } of this.sessions.values()) transport.discard();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
