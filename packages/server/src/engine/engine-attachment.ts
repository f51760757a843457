/** An Engine.IO server on an HTTP server: it takes the requests to its path, and leaves all others to those that were there. */

import type { Server as HttpServer, IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { EngineServer } from "./engine-server.ts";

export interface AttachOptions {
  /** @default that of the server, "/engine.io" */
  path?: string | undefined;
  /** @default true */
  addTrailingSlash?: boolean | undefined;
  /** End upgrades that nobody answers. @default true */
  destroyUpgrade?: boolean | undefined;
  /** Milliseconds after which. @default 1_000 */
  destroyUpgradeTimeout?: number | undefined;
}

/** What a path begins with that is the server's. */
export function prefixOf({ path, addTrailingSlash }: AttachOptions): string {
  const plain = (path || "/engine.io").replace(/\/$/, "");
  return addTrailingSlash === false ? plain : `${plain}/`;
}

export function attachEngine(engine: EngineServer, httpServer: HttpServer, options: AttachOptions): void {
  const others = httpServer.listeners("request");
  httpServer.removeAllListeners("request");
  httpServer.on("close", () => engine.close());
  httpServer.on("request", (request, response) => {
    if (engine.handles(request)) engine.handleRequest(request, response);
    else for (const listener of others) Reflect.apply(listener, httpServer, [request, response]);
  });
  if (!engine.opts.transports.includes("websocket")) return;
  httpServer.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (engine.handles(request)) engine.handleUpgrade(request, socket, head);
    else if (options.destroyUpgrade !== false) endUnlessAnswered(socket, options.destroyUpgradeTimeout || 1_000);
  });
}

/** Without any listener for upgrades Node would end it; with ours, nobody does. */
function endUnlessAnswered(socket: Duplex, timeout: number): void {
  socket.on("error", () => {}); // it may be nobody else's
  setTimeout(() => {
    if (socket.writable && socket instanceof Socket && socket.bytesWritten === 0) socket.end();
  }, timeout).unref();
}
