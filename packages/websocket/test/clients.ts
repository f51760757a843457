/** Two clients, npm's ws and ours, and what each tells of a connection that it opens; raw servers for them. */

import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { WebSocket } from "@anywire/websocket";
import Peer from "ws";
import type { ClientOptions } from "../src/client-options.ts";

export type Client = EventEmitter &
  Pick<WebSocket, "url" | "protocol" | "extensions" | "readyState" | "close" | "terminate" | "_req">;

export type OpenClient = (address: string | URL, protocols?: string[], options?: ClientOptions) => Client;

export const ours: OpenClient = (address, protocols, options) => new WebSocket(address, protocols, options);

export const theirs: OpenClient = (address, protocols, options) => {
  const peer: unknown = Reflect.construct(Peer, [address, protocols, options]); // its types lack some options
  if (!(peer instanceof EventEmitter)) throw new TypeError("ws is no EventEmitter");
  return peer as Client;
};

/** Both tell the same. */
export const clients: readonly [name: string, open: OpenClient][] = [
  ["ours", ours],
  ["ws", theirs],
];

/** Events that change what happens if somebody listens to them. */
// biome-ignore lint/suspicious/noExplicitAny: as EventEmitter has it
export type Watched = Record<string, (client: Client, ...values: any[]) => void>;

/** Everything until it is open, or closed. */
export async function told(t: TestContext, client: Client, watched: Watched = {}): Promise<string[]> {
  const log: string[] = [];
  t.after(() => client.terminate());
  client.on("upgrade", (response) => log.push(`upgrade ${response.statusCode}`));
  client.on("error", (error) => log.push(`error in state ${client.readyState}: ${error.message}`));
  for (const [name, listener] of Object.entries(watched)) {
    client.on(name, (...values) => {
      log.push(name);
      listener(client, ...values);
    });
  }
  await new Promise<void>((resolve) => {
    client.on("open", () => {
      log.push(`open ${client.protocol} ${client.extensions}`.trimEnd());
      resolve();
    });
    client.on("close", (code: number) => {
      log.push(`close ${code} in state ${client.readyState}`);
      resolve();
    });
  });
  return log;
}

/** What a client tells of a handshake that fails. */
export function failure(text: string): string[] {
  return [`error in state 2: ${text}`, "close 1006 in state 3"];
}

/** A server that answers each request by hand, and is gone with the test. */
export async function answering(t: TestContext, answer: (head: string) => string | Buffer): Promise<number> {
  const server = createServer((socket) => {
    let head = "";
    socket.on("data", (chunk) => {
      const whole = head.includes("\r\n\r\n");
      head += chunk.toString("latin1");
      if (!whole && head.includes("\r\n\r\n")) socket.write(answer(head));
    });
  });
  return listening(t, server);
}

export async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

export function acceptOf(head: string): string {
  const key = /^Sec-WebSocket-Key: (.*)\r$/im.exec(head)?.[1] ?? "";
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

/** An answer that opens the connection, with more headers, or without some. */
export function opens(head: string, more: readonly string[] = [], without?: string): string {
  const lines = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${acceptOf(head)}`,
  ];
  return `${[...lines.filter((line) => !line.startsWith(`${without}:`)), ...more].join("\r\n")}\r\n\r\n`;
}
