/** The unmodified Socket.IO clients that meet the server: three majors, each over every transport. */

import { createRequire } from "node:module";

/** Something that events are heard of: a socket of either end, a manager, an engine. */
export interface Hearing {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  once(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** The client's end of an Engine.IO session. */
export interface ClientEngine extends Hearing {
  readonly id: string;
  readonly transport: ClientTransport;
  close(): void;
}

/** What tests reach into, to cut or to silence a client. */
export interface ClientTransport {
  readonly name: string;
  /** A WebSocket of the package `ws`, where that is the transport. */
  readonly ws?: {
    readonly extensions: string;
    readonly _socket: { readonly bytesRead: number; pause(): void; resume(): void };
  };
  send(packets: unknown): void;
  close(): void;
  doPoll?(): void;
}

export interface ClientManager extends Hearing {
  readonly engine: ClientEngine;
  socket(namespace: string, options?: ClientOptions): Client;
  disconnect(): void;
}

/** What the tests use of a client, of any major. */
export interface Client extends Hearing {
  readonly id: string | undefined;
  readonly connected: boolean;
  readonly io: ClientManager;
  on(event: string, listener: (...args: never[]) => void): unknown;
  once(event: string, listener: (...args: never[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  send(...args: unknown[]): unknown;
  off(event: string, listener?: (...args: never[]) => void): unknown;
  connect(): unknown;
  disconnect(): unknown;
}

/** What version 4 adds. */
export interface ModernClient extends Client {
  readonly recovered: boolean;
  readonly volatile: ModernClient;
  emitWithAck(event: string, ...args: unknown[]): Promise<unknown>;
  timeout(ms: number): ModernClient;
  compress(compress: boolean): ModernClient;
  onAny(listener: (event: string, ...args: unknown[]) => void): unknown;
  onAnyOutgoing(listener: (event: string, ...args: unknown[]) => void): unknown;
}

export type ClientOptions = Readonly<Record<string, unknown>>;

type Connect<C> = (url: string, options: ClientOptions) => C;

export interface ClientKind<C extends Client = Client> {
  /** As tests are named: `v4 over polling`. */
  readonly name: string;
  readonly major: 2 | 3 | 4;
  /** Of Engine.IO. */
  readonly protocol: 3 | 4;
  readonly transports: readonly string[];
  /** The transport that it begins with, and the one that it ends with. */
  readonly first: string;
  readonly last: string;
  connect(url: string, options?: ClientOptions): C;
}

const ways: readonly [name: string, transports: readonly string[]][] = [
  ["polling", ["polling"]],
  ["websocket", ["websocket"]],
  ["polling and an upgrade", ["polling", "websocket"]],
];

function kindsOf<C extends Client>(major: 2 | 3 | 4, connect: Connect<C>): ClientKind<C>[] {
  return ways.map(([way, transports]) => ({
    name: `v${major} over ${way}`,
    major,
    protocol: major === 2 ? 3 : 4,
    transports,
    first: transports[0] ?? "",
    last: transports.at(-1) ?? "",
    connect: (url, options) => connect(url, { transports, forceNew: true, reconnection: false, ...options }),
  }));
}

const require = createRequire(import.meta.url);
const connect4: Connect<ModernClient> = require("socket.io-client");
const connect3: Connect<Client> = require("socket.io-client-3");
const connect2: Connect<Client> = require("socket.io-client-2");

export const v4 = kindsOf(4, connect4);
export const v3 = kindsOf(3, connect3);
export const v2 = kindsOf(2, connect2);
export const everyKind: readonly ClientKind[] = [...v4, ...v3, ...v2];

/** Those that speak Socket.IO 5. */
export const newerKinds: readonly ClientKind[] = [...v4, ...v3];

/** What the event brings, the next time. */
export function heard(emitter: Hearing, event: string): Promise<unknown[]> {
  return new Promise((resolve) => emitter.once(event, (...args: unknown[]) => resolve(args)));
}

/** What the event brings, so many times. */
export function heardTimes(emitter: Hearing, event: string, times: number): Promise<unknown[][]> {
  return new Promise((resolve) => {
    const all: unknown[][] = [];
    emitter.on(event, (...args: unknown[]) => {
      all.push(args);
      if (all.length === times) resolve(all);
    });
  });
}

/** It has come to its last transport. */
export async function upgraded(client: Client, kind: ClientKind): Promise<void> {
  if (client.io.engine.transport.name !== kind.last) await heard(client.io.engine, "upgrade");
}
