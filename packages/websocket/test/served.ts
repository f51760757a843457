/** A server on a free port, and the clients that talk to it: npm's ws, and raw sockets. All end with their test. */

import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { type ServerOptions, type WebSocket, WebSocketServer } from "@anywire/websocket";
import Peer from "ws";

export interface Served {
  readonly wss: WebSocketServer;
  readonly port: number;
  /** The next socket that the server accepts. */
  accepted(): Promise<WebSocket>;
}

export async function serve(t: TestContext, options: Partial<ServerOptions> = {}): Promise<Served> {
  const wss = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
  t.after(() => {
    for (const socket of wss.clients ?? []) socket.terminate();
    wss.close();
  });
  await once(wss, "listening");
  return { wss, port: portOf(wss), accepted: async () => (await once(wss, "connection"))[0] as WebSocket };
}

export function portOf(server: { address(): unknown }): number {
  const address = server.address();
  if (typeof address === "object" && address !== null && "port" in address) return Number(address.port);
  throw new Error("no port");
}

/** npm's ws as client, open, with the socket that the server has for it. */
export async function openPeer(t: TestContext, served: Served, protocols: string[] = []): Promise<[Peer, WebSocket]> {
  const accepted = served.accepted();
  const peer = new Peer(`ws://127.0.0.1:${served.port}/`, protocols, { perMessageDeflate: false });
  t.after(() => peer.terminate());
  await once(peer, "open");
  return [peer, await accepted];
}

export const requestLines = [
  "GET / HTTP/1.1",
  "Host: localhost",
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version: 13",
];

export function requestOf(lines: readonly string[] = requestLines): string {
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** Bytes in, bytes out. */
export class RawPeer {
  readonly socket: Socket;
  received: Buffer = Buffer.alloc(0);

  static async connect(t: TestContext, port: number): Promise<RawPeer> {
    const socket = connect(port, "127.0.0.1");
    t.after(() => socket.destroy());
    await once(socket, "connect");
    return new RawPeer(socket);
  }

  /** Connected, and through the opening handshake; `behind` is sent in the same write as the request. */
  static async open(t: TestContext, port: number, behind: Uint8Array = Buffer.alloc(0)): Promise<RawPeer> {
    const peer = await RawPeer.connect(t, port);
    peer.socket.write(Buffer.concat([Buffer.from(requestOf()), behind]));
    const head = await peer.until((bytes) => bytes.includes("\r\n\r\n"));
    if (!head.toString("latin1").startsWith("HTTP/1.1 101 ")) throw new Error(head.toString("latin1"));
    peer.received = head.subarray(head.indexOf("\r\n\r\n") + 4);
    return peer;
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
    });
  }

  async until(holds: (bytes: Buffer) => boolean): Promise<Buffer> {
    while (!holds(this.received)) {
      if (this.socket.readableEnded || this.socket.destroyed) throw new Error("the server ended the stream");
      await Promise.race([once(this.socket, "data"), once(this.socket, "end"), once(this.socket, "close")]);
    }
    return this.received;
  }

  /** All that came until the server ended the stream. */
  async all(): Promise<Buffer> {
    if (!this.socket.readableEnded && !this.socket.destroyed) {
      await Promise.race([once(this.socket, "end"), once(this.socket, "close")]);
    }
    return this.received;
  }
}

/** An HTTP server of the program's own. */
export async function listen(t: TestContext, server = createServer()): Promise<number> {
  t.after(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return portOf(server);
}

export async function answerTo(t: TestContext, port: number, request: string): Promise<string> {
  const peer = await RawPeer.connect(t, port);
  peer.socket.write(request);
  return (await peer.all()).toString("latin1");
}
