/** Sockets of npm's ws and of ours, and who makes a stream of them: what holds of one must hold of all. */

import assert from "node:assert/strict";
import { type EventEmitter, once } from "node:events";
import type { Duplex, DuplexOptions } from "node:stream";
import type { TestContext } from "node:test";
import { WebSocket, WebSocketServer } from "@anywire/websocket";
import Peer, { createWebSocketStream as createPeerStream, WebSocketServer as PeerServer } from "ws";
import { createWebSocketStream, type StreamedSocket } from "../src/stream.ts";
import { portOf } from "./served.ts";

interface Server extends EventEmitter {
  address(): unknown;
  close(): void;
  clients: Set<{ terminate(): void }>;
}

/** Who makes the stream, and on whose sockets. */
export interface Maker {
  readonly name: string;
  create(socket: StreamedSocket, options?: DuplexOptions): Duplex;
  connect(url: string): StreamedSocket;
  serve(): Server;
}

const onPeer = {
  connect: (url: string): StreamedSocket => Reflect.construct(Peer, [url, { perMessageDeflate: true }]),
  serve: (): Server => new PeerServer({ port: 0, host: "127.0.0.1", perMessageDeflate: true }),
};
export const makers: Maker[] = [
  {
    name: "npm's ws",
    ...onPeer,
    create: (socket, options) => Reflect.apply(createPeerStream, undefined, [socket, options]),
  },
  { name: "our stream on npm's ws", ...onPeer, create: createWebSocketStream },
  {
    name: "ours",
    create: createWebSocketStream,
    connect: (url) => new WebSocket(url),
    serve: () => new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: true }),
  },
];

/** One connection; the test has the client's socket before it is open. */
export class Pair {
  readonly client: StreamedSocket;
  readonly accepted: Promise<StreamedSocket>;
  readonly opened: Promise<unknown>;
  private readonly maker: Maker;

  static async open(t: TestContext, maker: Maker): Promise<Pair> {
    const server = maker.serve();
    t.after(() => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    });
    await once(server, "listening");
    return new Pair(maker, server);
  }

  private constructor(maker: Maker, server: Server) {
    this.maker = maker;
    this.accepted = once(server, "connection").then(([socket]) => socket);
    this.client = maker.connect(`ws://127.0.0.1:${portOf(server)}`);
    this.opened = emitted(this.client, "open");
  }

  stream(options?: DuplexOptions): { stream: Duplex; closed: Promise<unknown> } {
    const stream = this.maker.create(this.client, options);
    return { stream, closed: emitted(stream, "close") };
  }

  /** What the server's side of the connection sees and does. */
  async raw(): Promise<Duplex> {
    const { _socket } = await this.accepted;
    assert.ok(_socket);
    return _socket;
  }
}

/** Unlike `once` of node:events it waits on when there is an error. */
export function emitted(emitter: EventEmitter, name: string): Promise<unknown[]> {
  return new Promise((resolve) => emitter.once(name, (...args) => resolve(args)));
}

export async function errorOf(stream: Duplex): Promise<Error & { code?: string }> {
  const [error] = await emitted(stream, "error");
  assert.ok(error instanceof Error);
  return error;
}

export function log(
  emitter: EventEmitter,
  names: readonly string[],
  line: (name: string) => unknown = (name) => name,
): unknown[] {
  const lines: unknown[] = [];
  for (const name of names) emitter.on(name, () => lines.push(line(name)));
  return lines;
}
