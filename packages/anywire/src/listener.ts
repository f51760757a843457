/** Listens on every address that a host stands for: a browser may take `localhost` for 127.0.0.1 as well as for ::1. */

import type { Server as HttpServer } from "node:http";
import { createServer, type Server as NetServer } from "node:net";
import { AppError, type AppErrorCode } from "./errors.ts";

const loopback = ["127.0.0.1", "::1"] as const;

/** How often a free port is looked for that is free on all addresses. */
const attempts = 10;

/** What the system says → what we say. */
const failures: ReadonlyMap<string, AppErrorCode> = new Map([
  ["EADDRINUSE", "port-taken"],
  ["EACCES", "port-forbidden"],
  ["EADDRNOTAVAIL", "address-unknown"],
  ["EAFNOSUPPORT", "address-unknown"],
  ["ENOTFOUND", "address-unknown"],
  ["EAI_AGAIN", "address-unknown"],
]);

export class Listener {
  private readonly httpServer: HttpServer;
  /** Takes what comes to the second address to the same HTTP server. */
  private readonly relay: NetServer;

  constructor(httpServer: HttpServer) {
    this.httpServer = httpServer;
    this.relay = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      httpServer.emit("connection", socket),
    );
  }

  /**
   * @param port 0 takes a free one
   * @returns the port
   * @throws {AppError} if it cannot
   */
  async listen(host: string, port: number): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.listenOnAll(host.toLowerCase() === "localhost" ? loopback : [host], port);
      } catch (error) {
        await this.stop();
        const failure = asAppError(error, `${host}:${port}`);
        if (failure.code !== "port-taken" || port !== 0 || attempt === attempts) throw failure;
      }
    }
  }

  /** Lets no new connection in. Resolves when the last one has ended. */
  async stop(): Promise<void> {
    await Promise.all([stopped(this.httpServer), stopped(this.relay)]);
  }

  private async listenOnAll(addresses: readonly string[], port: number): Promise<number> {
    let taken: number | undefined;
    let missing: unknown;
    for (const address of addresses) {
      try {
        taken = await listenOn(taken === undefined ? this.httpServer : this.relay, address, taken ?? port);
      } catch (error) {
        if (asAppError(error, address).code !== "address-unknown") throw error;
        missing = error; // a machine without IPv6 has only one loopback
      }
    }
    if (taken === undefined) throw missing;
    return taken;
  }
}

function listenOn(server: NetServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function stopped(server: NetServer): Promise<void> {
  return new Promise((resolve) => {
    if (server.listening) server.close(() => resolve());
    else resolve();
  });
}

function asAppError(error: unknown, subject: string): AppError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new AppError(failures.get(code) ?? "cannot-listen", subject, error);
}
