/** engine.io's own server, and the clients of Socket.IO 4 and 2 below Socket.IO, as the peers bring them. */

import type { EventEmitter } from "node:events";
import type { Server as HttpServer } from "node:http";
import { createRequire } from "node:module";
import { EngineServer } from "../../src/engine/engine-server.ts";

/** What both servers have. */
export interface AnyServer extends EventEmitter {
  attach(server: HttpServer): unknown;
  close(): unknown;
  onWebTransportSession(session: unknown): Promise<void>;
}

/** A session of either. */
export interface AnySession extends EventEmitter {
  readonly id: string;
  readonly transport: { readonly name: string };
  send(data: string | Buffer, options?: { compress?: boolean }, callback?: () => void): unknown;
  close(discard?: boolean): void;
}

export interface AnyClient extends EventEmitter {
  readonly id: string;
  readonly transport: { readonly name: string };
  send(data: string | Buffer): unknown;
  close(): void;
}

type MakeServer = (options: object) => AnyServer;
type MakeClient = (url: string, options: object) => AnyClient;

const require = createRequire(import.meta.url);

/** @returns the module of this name that `owner` uses */
function moduleOf(owner: string, name: string): unknown {
  return createRequire(require.resolve(owner))(name);
}

function classIn(module: unknown, name: string): new (...given: unknown[]) => unknown {
  const found = typeof module === "object" && module !== null ? Reflect.get(module, name) : undefined;
  if (typeof found !== "function") throw new Error(`the peer has no ${name}`);
  return found as new (
    ...given: unknown[]
  ) => unknown; // the peer's class, as its documentation has it
}

const engineIo = classIn(moduleOf("socket.io", "engine.io"), "Server");
const current = classIn(moduleOf("socket.io-client", "engine.io-client"), "Socket");
const legacy = moduleOf("socket.io-client-2", "engine.io-client") as MakeClient; // the module is the function

export const servers: Readonly<Record<"engine.io" | "ours", MakeServer>> = {
  "engine.io": (options) => new engineIo(options) as AnyServer, // it has all of that
  ours: (options) => new EngineServer(options),
};

/** By the protocol that they speak. */
export const clients: Readonly<Record<3 | 4, MakeClient>> = {
  3: (url, options) => legacy(url, options),
  4: (url, options) => new current(url, options) as AnyClient, // it has all of that
};
