/** Express 5 and 4; apps on a free port, and npm's ws that asks them. All end with their test. */

import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage, Server } from "node:http";
import { createRequire } from "node:module";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import expressWs, { type Instance, type Options, type WithWebsocketMethod } from "@anywire/websocket/express";
import express from "express";
import Peer from "ws";
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

/** What became of an upgrade request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Of a refusal. */
  readonly body: string;
  readonly peer: Peer;
  /** The next message, as text. */
  next(): Promise<string>;
  /** Its code, once it is closed. */
  readonly closed: Promise<number>;
}

/** The status is 0 if there was no answer. */
export async function ask(t: TestContext, url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const peer = new Peer(url, { headers, rejectUnauthorized: false });
  t.after(() => peer.terminate());
  const messages = new PassThrough({ objectMode: true });
  peer.on("message", (data) => messages.write(String(data)));
  const closed = new Promise<number>((resolve) => peer.once("close", resolve));
  const { response, refused } = await answerTo(peer);
  return {
    status: response?.statusCode ?? 0,
    headers: response?.headers ?? {},
    body: response !== undefined && refused ? await text(response) : "",
    peer,
    next: async () => String((await messages[Symbol.asyncIterator]().next()).value),
    closed,
  };
}

function answerTo(peer: Peer): Promise<{ response: IncomingMessage | undefined; refused: boolean }> {
  return new Promise((resolve) => {
    peer.once("upgrade", (response) => resolve({ response, refused: false }));
    peer.once("unexpected-response", (_request, response) => resolve({ response, refused: true }));
    peer.on("error", () => resolve({ response: undefined, refused: true }));
  });
}
