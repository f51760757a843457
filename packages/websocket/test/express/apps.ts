/** Express 5 and 4, and apps on a free port that end with their test. */

import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import { type TestContext, test } from "node:test";
import expressWs, { type Instance, type Options, type WithWebsocketMethod } from "@anywire/websocket/express";
import express from "express";
import { portOf } from "../served.ts";

declare module "express-serve-static-core" {
  interface IRouter extends WithWebsocketMethod<Request, Response> {}
}

/** It has no types, and those of 5 fit. */
const express4: typeof express = createRequire(import.meta.url)("express-4");

export interface Site extends Instance<express.Express> {
  readonly express: typeof express;
  /** Starts to listen, and says where. */
  port(): Promise<number>;
}

/** The same on both versions. */
export function onBoth(name: string, run: (t: TestContext, site: Site) => Promise<void>, options?: Options): void {
  for (const [version, each] of [
    ["Express 5", express],
    ["Express 4", express4],
  ] as const) {
    test(`${version}: ${name}`, (t) => run(t, siteOf(t, each, options)));
  }
}

function siteOf(t: TestContext, version: typeof express, options?: Options): Site {
  const instance = expressWs(version(), undefined, options);
  instance.app.set("env", "test"); // errors are not logged
  return {
    ...instance,
    express: version,
    async port() {
      const server = instance.app.listen(0, "127.0.0.1");
      t.after(() => end(server, instance));
      await once(server, "listening");
      return portOf(server);
    },
  };
}

export function end(server: Server, { getWss }: Pick<Instance, "getWss">): void {
  for (const socket of getWss().clients) socket.terminate();
  server.close();
  server.closeAllConnections();
}
