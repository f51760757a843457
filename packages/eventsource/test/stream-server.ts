/** A server of node:http or node:http2, in the clear or under TLS, on a free port, and a raw reader of one stream, for tests. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, request as requestHttp } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server, createSecureServer } from "node:http2";
import { createServer as createHttpsServer, request as requestHttps } from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { Readable } from "node:stream";
import type { TestContext } from "node:test";
import { selfSigned } from "../../../scripts/test/self-signed.ts";
import type { NodeRequest, NodeResponse } from "../src/server.ts";

export type Handler = (request: NodeRequest, response: NodeResponse) => void;
export type Protocol = "http" | "https" | "http2" | "http2 under TLS";
export const protocols: readonly Protocol[] = ["http", "https", "http2", "http2 under TLS"];

const servers: Readonly<Record<Protocol, (handler: Handler) => Server>> = {
  http: createServer,
  https: (handler) => createHttpsServer(selfSigned, handler),
  http2: createHttp2Server,
  "http2 under TLS": (handler) => createSecureServer(selfSigned, handler),
};

const isSecure = (protocol: Protocol): boolean => protocol === "https" || protocol === "http2 under TLS";

type Headers = Readonly<Record<string, string>>;

export interface Reader {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readable;
  /** The client goes away without a word. */
  destroy(): void;
}

export interface StreamServer {
  readonly url: string;
  /** Resolves with the head of the response. The body is paused until it is read. */
  get(path?: string, options?: { readonly method?: string; readonly headers?: Headers }): Promise<Reader>;
}

/** Ends with the test, and with it all that is connected. */
export async function serve(context: TestContext, protocol: Protocol, handler: Handler): Promise<StreamServer> {
  const server = servers[protocol](handler);
  const destroyers: (() => void)[] = [];
  server.on("connection", (socket) => destroyers.push(() => socket.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const destroy of destroyers) destroy();
    await closed;
  });
  const { port } = server.address() as AddressInfo; // listens on a port, not on a pipe
  const url = `${isSecure(protocol) ? "https" : "http"}://127.0.0.1:${port}`;
  return {
    url,
    get: (path = "/", { method = "GET", headers = {} } = {}) => {
      const get = protocol.startsWith("http2") ? getHttp2 : getHttp;
      return get(new URL(path, url), { method, headers });
    },
  };
}

interface GetOptions {
  readonly method: string;
  readonly headers: Headers;
}

async function getHttp(url: URL, options: GetOptions): Promise<Reader> {
  const start = url.protocol === "https:" ? requestHttps : requestHttp;
  const request = start(url, { ...options, agent: false, rejectUnauthorized: false });
  request.end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  request.on("error", () => {});
  response.on("error", () => {});
  return {
    status: response.statusCode,
    headers: response.headers,
    body: response,
    destroy: () => request.destroy(),
  };
}

async function getHttp2(url: URL, { method, headers }: GetOptions): Promise<Reader> {
  const session = connectHttp2(url.origin, { rejectUnauthorized: false });
  session.on("error", () => {});
  const stream = session.request({ ":method": method, ":path": url.pathname + url.search, ...headers });
  stream.on("close", () => session.close());
  stream.end();
  const [head] = (await once(stream, "response")) as [Record<string, string | number>];
  stream.on("error", () => {});
  return { status: Number(head[":status"]), headers: head, body: stream, destroy: () => session.destroy() };
}

/** Reads until `isEnough` says so of all that came. */
export async function readUntil(body: Readable, isEnough: (text: string) => boolean): Promise<string> {
  let text = "";
  body.setEncoding("utf8");
  const enough = new Promise<void>((resolve) => {
    const take = (chunk: string): void => {
      text += chunk;
      if (!isEnough(text)) return;
      body.off("data", take);
      resolve();
    };
    body.on("data", take).once("close", resolve);
  });
  await enough;
  return text;
}

/** One request, what the handler made of it, and its reader. */
export async function exchange<Made>(
  context: TestContext,
  protocol: Protocol,
  make: (request: NodeRequest, response: NodeResponse) => Made,
): Promise<{ readonly made: Made; readonly reader: Reader }> {
  let taken: { readonly made: Made } | undefined;
  const server = await serve(context, protocol, (request, response) => {
    taken = { made: make(request, response) };
  });
  const reader = await server.get();
  assert.ok(taken);
  return { ...taken, reader };
}
