/** The composition root: one HTTP server with the plain wire at `/anywire`, Socket.IO at `/socket.io` and the playground at `/`. */

import { createServer } from "node:http";
import { type CloseOptions, Server } from "@anywire/server";
import { type AppOptions, type ResolvedAppOptions, resolveAppOptions } from "./config.ts";
import { AppError } from "./errors.ts";
import { Listener } from "./listener.ts";
import { authorizePlayground, openPlayground } from "./playground.ts";
import { allowSameOrigin } from "./same-origin.ts";
import { StaticFiles } from "./static-files.ts";

/** Where clients of the plain wire connect. */
const plainPath = "/anywire";
/** Milliseconds that requests in flight have to end, once all clients are told to go. */
const closeGrace = 500;
/** Addresses that mean every interface: a browser reaches them as localhost. */
const wildcards = new Set(["0.0.0.0", "::", "0:0:0:0:0:0:0:0"]);

export interface App {
  /**
   * @returns the URL of the playground, when clients can connect
   * @throws {AppError} if the port is taken, or the host is no address of this machine
   */
  listen(): Promise<string>;
  /** The URL of the playground, once it listens. */
  readonly url: string;
  /** Sends all clients away, and resolves when the last is gone. */
  close(options?: CloseOptions): Promise<void>;
}

/** @throws {AppError} for an option that makes no sense */
export function createApp(options: AppOptions = {}): App {
  return new PlaygroundApp(resolveAppOptions(options));
}

class PlaygroundApp implements App {
  private readonly host: string;
  private readonly httpServer = createServer();
  private readonly listener = new Listener(this.httpServer);
  private readonly io: Server;
  private readonly stopTicker: () => void;
  private port: number;

  constructor({ host, port, playgroundDir, world, report }: ResolvedAppOptions) {
    this.host = host;
    this.port = port;
    const page = new StaticFiles(playgroundDir);
    this.httpServer.on("request", (request, response) => page.respond(request, response));
    this.io = new Server(this.httpServer, {
      plain: { path: plainPath, authorize: authorizePlayground },
      allowRequest: allowSameOrigin,
      connectionStateRecovery: {},
    });
    this.io.on("error", (error: unknown) => {
      if (!(error instanceof AppError)) report(error); // an AppError is the client's own, and it has been told
    });
    this.stopTicker = openPlayground(this.io, world);
  }

  async listen(): Promise<string> {
    this.port = await this.listener.listen(this.host, this.port);
    return this.url;
  }

  get url(): string {
    const host = wildcards.has(this.host) ? "localhost" : this.host;
    return `http://${host.includes(":") ? `[${host}]` : host}:${this.port}/`;
  }

  async close({ drain = 0 }: CloseOptions = {}): Promise<void> {
    this.stopTicker();
    const stopped = this.listener.stop();
    const late = setTimeout(() => this.httpServer.closeAllConnections(), drain + closeGrace);
    await this.io.close({ drain });
    await stopped;
    clearTimeout(late);
  }
}
