/** The servers that the ecosystem is tried on: socket.io's own, which judges the tests, and ours. */

import assert from "node:assert/strict";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import * as theirs from "socket.io";

/** Ours stands in by name, held to the types of socket.io; the variable ORACLE leaves it out: is it us, or the test? */
const entry: string = process.env.ORACLE === undefined ? "../../src/index.ts" : "socket.io";
const ours: typeof theirs = await import(entry);

export type ServerClass = typeof theirs.Server;
export type ServerName = "socket.io" | "@anywire/server";

export const servers: Readonly<Record<ServerName, ServerClass>> = {
  "socket.io": theirs.Server,
  "@anywire/server": ours.Server,
};

/** @returns whether clients of the plain wire may come */
export function hasPlainWire(name: ServerName): boolean {
  return servers[name] !== theirs.Server;
}

export const serverNames: readonly ServerName[] = ["socket.io", "@anywire/server"];

/** Options of socket.io, and of ours that socket.io passes over. */
export type NodeOptions = Partial<theirs.ServerOptions> & { readonly plain?: { readonly path: string } };

export interface Node {
  readonly name: ServerName;
  readonly io: theirs.Server;
  readonly httpServer: HttpServer;
  readonly url: string;
}

/** What a test opens; closed last first. */
export class Stage {
  private readonly closers: (() => unknown)[] = [];

  constructor(t: Pick<TestContext, "after">) {
    t.after(async () => {
      for (const close of this.closers.reverse()) await close();
    });
  }

  defer(close: () => unknown): void {
    this.closers.push(close);
  }

  async node(name: ServerName, options: NodeOptions = {}): Promise<Node> {
    return this.share(name, createServer(), options);
  }

  /** A node on an HTTP server that is not only its own. */
  async share(name: ServerName, httpServer: HttpServer, options: NodeOptions = {}): Promise<Node> {
    const io = new servers[name](httpServer, options);
    const url = await this.listen(httpServer);
    this.defer(() => io.close());
    return { name, io, httpServer, url };
  }

  async listen(httpServer: Pick<HttpServer, "listen" | "address" | "close" | "closeAllConnections">): Promise<string> {
    await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
    this.defer(() => {
      httpServer.close();
      httpServer.closeAllConnections();
    });
    const { port } = httpServer.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }
}

/** Runs it on socket.io's server, then on ours, and holds ours to what came of it there. */
export function alike(name: string, run: (stage: Stage, server: ServerName) => Promise<unknown>): void {
  test(`${name}, alike`, { timeout: 20_000 }, async (t) => {
    const theirs = await run(new Stage(t), "socket.io");
    assert.notEqual(theirs, undefined);
    assert.deepEqual(await run(new Stage(t), "@anywire/server"), theirs);
  });
}
