/** A server of HTTP/2 with our WebSockets on it, and clients written by hand on node:http2. All end with their test. */

import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerOptions as ServerHttp2Options,
} from "node:http2";
import type { TestContext } from "node:test";
import { type ServerOptions, type WebSocket, WebSocketServer } from "@anywire/websocket";
import { selfSigned } from "../../../scripts/test/self-signed.ts";
import { portOf } from "./served.ts";

export type AnyHttp2Server = Http2Server | Http2SecureServer;

export interface Http2Served {
  readonly server: AnyHttp2Server;
  readonly wss: WebSocketServer;
  readonly port: number;
  /** The next socket that the server accepts, and its request. */
  accepted(): Promise<[socket: WebSocket, request: IncomingMessage]>;
}

export const plain = (options: ServerHttp2Options = {}): Http2Server => createServer(options);
export const secure = (options: ServerHttp2Options = {}): Http2SecureServer =>
  createSecureServer({ ...selfSigned, ...options, allowHTTP1: true });

export async function serveHttp2(
  t: TestContext,
  options: Partial<ServerOptions> = {},
  server: AnyHttp2Server = plain(),
): Promise<Http2Served> {
  const wss = new WebSocketServer({ server, ...options });
  t.after(() => {
    for (const socket of wss.clients ?? []) socket.terminate();
    wss.close();
  });
  const port = await listenHttp2(t, server);
  return { server, wss, port, accepted: () => acceptedBy(wss) };
}

export async function acceptedBy(wss: WebSocketServer): Promise<[socket: WebSocket, request: IncomingMessage]> {
  const [socket, request] = await once(wss, "connection");
  return [socket, request];
}

export async function listenHttp2(t: TestContext, server: AnyHttp2Server): Promise<number> {
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => sessions.add(session));
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return portOf(server);
}

/** A client's session, its server's SETTINGS known. */
export async function openSession(t: TestContext, url: string): Promise<ClientHttp2Session> {
  const session = connect(url, { ca: selfSigned.cert });
  t.after(() => session.destroy());
  session.on("error", () => {});
  await once(session, "remoteSettings");
  return session;
}

/** Bytes in, bytes out. */
export class RawStream {
  readonly stream: ClientHttp2Stream;
  /** With status. */
  readonly answered: Promise<IncomingHttpHeaders>;
  /** The code of RST_STREAM, 0 without one. */
  readonly closed: Promise<number>;
  received: Buffer = Buffer.alloc(0);

  /** @param headers beside, or in place of, those of a good request; undefined for none */
  constructor(session: ClientHttp2Session, headers: OutgoingHttpHeaders = {}) {
    const all = { ...goodRequest, ...headers };
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const stream = session.request(given, { endStream: false });
    this.stream = stream;
    stream.on("error", () => {});
    stream.on("data", (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
    });
    this.answered = new Promise((resolve, reject) => {
      stream.on("response", resolve).on("close", () => reject(new Error("the server did not answer")));
    });
    this.answered.catch(() => {}); // not every test waits for it
    this.closed = new Promise((resolve) => stream.on("close", () => resolve(stream.rstCode ?? 0)));
  }

  async status(): Promise<unknown> {
    return (await this.answered)[":status"];
  }

  async until(holds: (bytes: Buffer) => boolean): Promise<Buffer> {
    while (!holds(this.received)) {
      if (this.stream.readableEnded || this.stream.destroyed) throw new Error("the server ended the stream");
      await Promise.race([once(this.stream, "data"), once(this.stream, "end"), once(this.stream, "close")]);
    }
    return this.received;
  }

  bytes(count: number): Promise<Buffer> {
    return this.until((bytes) => bytes.length >= count);
  }

  /** All that came until the server ended the stream; then this side ends it too. */
  async all(): Promise<Buffer> {
    if (!this.stream.readableEnded && !this.stream.destroyed) {
      await Promise.race([once(this.stream, "end"), once(this.stream, "close")]);
    }
    this.stream.end();
    return this.received;
  }
}

export const goodRequest: OutgoingHttpHeaders = {
  ":method": "CONNECT",
  ":protocol": "websocket",
  ":scheme": "http",
  ":path": "/chat?a=b",
  ":authority": "example.test",
  "sec-websocket-version": "13",
};
