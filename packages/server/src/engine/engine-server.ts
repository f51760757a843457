/** The Engine.IO server on Node's HTTP servers: engine.io's `Server` (engine.io-protocol, versions 3 and 4). */

import { EventEmitter } from "node:events";
import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type EngineOptions, type ResolvedEngineOptions, resolveEngineOptions } from "./engine-options.ts";
import type { EngineSession } from "./engine-session.ts";

/** Of Express's shape. For an upgrade, `response` has of a ServerResponse what sets headers and ends. */
export type EngineMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

export interface AttachOptions {
  /** @default "/engine.io" */
  readonly path?: string | undefined;
  /** End upgrades that nobody answers. @default true */
  readonly destroyUpgrade?: boolean | undefined;
  /** Milliseconds after which. @default 1_000 */
  readonly destroyUpgradeTimeout?: number | undefined;
  /** @default true */
  readonly addTrailingSlash?: boolean | undefined;
}

/** Of `connection_error`: a request was refused. */
export interface ConnectionError {
  readonly req: IncomingMessage;
  readonly code: number;
  readonly message: string;
  readonly context: Record<string, unknown>;
}

export class EngineServer extends EventEmitter {
  readonly opts: ResolvedEngineOptions;

  /** @throws {TypeError} for an option that cannot be obeyed */
  constructor(options: EngineOptions = {}) {
    super();
    this.opts = resolveEngineOptions(options);
  }

  /** The sessions of this node by their ids: made for each look, without a prototype. */
  get clients(): Readonly<Record<string, EngineSession>> {
    return Object.create(null);
  }

  get clientsCount(): number {
    return 0;
  }

  /** Runs before every request, upgrades included. */
  use(_middleware: EngineMiddleware): this {
    return this;
  }

  /** The id of a new session: a secret of at least 120 random bits. May be overridden. */
  generateId(_request: IncomingMessage): string | Promise<string> {
    return "";
  }

  /** Whether the request is for this server: by the path that `attach` was given. */
  handles(_request: IncomingMessage): boolean {
    return false;
  }

  handleRequest(_request: IncomingMessage, _response: ServerResponse): void {}

  handleUpgrade(_request: IncomingMessage, _socket: Duplex, _head: Buffer): void {}

  /** A session of WebTransport, of the shape of `@fails-components/webtransport`. */
  async onWebTransportSession(_session: unknown): Promise<void> {}

  /** Takes the requests to its path; all others stay with the listeners that are there already. */
  attach(_server: HttpServer, _options: AttachOptions = {}): this {
    return this;
  }

  /** Closes all sessions. */
  close(): this {
    return this;
  }
}
