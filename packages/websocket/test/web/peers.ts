/** Whom the standard's classes talk to: npm's ws, and servers that say any bytes. All end with their test. */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import {
  type CloseEvent,
  WebSocket,
  WebSocketError,
  type WebSocketOpenInfo,
  WebSocketStream,
} from "@anywire/websocket/web";
import { type WebSocket as Peer, type ServerOptions, WebSocketServer } from "ws";
import { portOf } from "../served.ts";

export interface Served {
  readonly url: string;
  readonly wss: WebSocketServer;
  /** The next socket that the server accepts. */
  accepted(): Promise<Peer>;
}

/** npm's ws. */
export async function serve(t: TestContext, options: ServerOptions = {}): Promise<Served> {
  const wss = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
  t.after(() => {
    for (const peer of wss.clients) peer.terminate();
    wss.close();
  });
  await once(wss, "listening");
  return { wss, url: `ws://127.0.0.1:${portOf(wss)}/`, accepted: async () => (await once(wss, "connection"))[0] };
}

/** npm's ws; it sends back what it gets. */
export async function serveEcho(t: TestContext, options: ServerOptions = {}): Promise<Served> {
  const served = await serve(t, options);
  served.wss.on("connection", (peer) => {
    peer.on("error", () => {});
    peer.on("message", (data, isBinary) => peer.send(data, { binary: isBinary }));
  });
  return served;
}

/** A server of bytes: `talk` begins with the client's request. */
export async function serveRaw(t: TestContext, talk: (socket: Socket, request: string) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", (chunk) => talk(socket, chunk.toString("latin1")));
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `ws://127.0.0.1:${portOf(server)}/`;
}

/** The answer that opens a WebSocket, made without the code under test. */
export function acceptance(request: string, headers: readonly string[] = []): string {
  const key = /sec-websocket-key: (.*)\r\n/i.exec(request)?.[1] ?? "";
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const lines = ["Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`, ...headers];
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`;
}

/** A WebSocket that is closed when its test is over. */
export function connect(t: TestContext, url: string | URL, protocols: string | string[] = []): WebSocket {
  const socket = new WebSocket(url, protocols);
  t.after(() => socket.close());
  return socket;
}

/** The same, open. */
export async function connected(t: TestContext, url: string, protocols: string | string[] = []): Promise<WebSocket> {
  const socket = connect(t, url, protocols);
  await next(socket, "open");
  return socket;
}

interface Events {
  open: Event;
  message: MessageEvent;
  error: Event;
  close: CloseEvent;
}

export function next<Type extends keyof Events>(socket: WebSocket, type: Type): Promise<Events[Type]> {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
}

/** What a WebSocket tells until it is closed: the names of its events, with what they carry. */
export async function story(socket: WebSocket): Promise<unknown[]> {
  const told: unknown[] = [];
  socket.addEventListener("open", () => told.push("open"));
  socket.addEventListener("message", ({ data }) => told.push(data));
  socket.addEventListener("error", () => told.push("error"));
  const { code, reason, wasClean } = await next(socket, "close");
  return [...told, { code, reason, wasClean }];
}

export const failed = { code: 1006, reason: "", wasClean: false };

export interface OpenStream extends WebSocketOpenInfo {
  readonly stream: WebSocketStream;
}

/** A WebSocketStream, open, that is closed when its test is over. */
export async function openStream(t: TestContext, url: string): Promise<OpenStream> {
  const stream = new WebSocketStream(url);
  t.after(() => stream.close());
  return { stream, ...(await stream.opened) };
}

export const lost = { constructor: WebSocketError, name: "WebSocketError", closeCode: 1006, reason: "" };
