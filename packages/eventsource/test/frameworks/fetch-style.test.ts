/** Sessions of handlers that return a Response, under the frameworks and adapters that turn it into one of node:http. */

import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { describe, type TestContext, test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import Fastify from "fastify";
import { Hono } from "hono";
import { compress } from "hono/compress";
import { createResponse, type FetchRequest, type Session } from "../../src/server.ts";
import { exchangeEvents } from "../exchange-events.ts";
import { Inbox } from "../inbox.ts";
import { listen } from "../listen.ts";
import { noCurl, visitByCurl, visitByHttp, visits } from "../visitors.ts";

type Take = (request: FetchRequest) => Response;
/** @returns the URL of an app that takes each request for `/events` */
type Open = (t: TestContext, take: Take) => Promise<string>;

const onHono: Open = (t, take) => {
  const app = new Hono();
  app.get("/events", ({ req }) => take(req.raw));
  return listen(t, createServer(getRequestListener(app.fetch)));
};

const onCompressingHono: Open = (t, take) => {
  const app = new Hono();
  app.use(compress({ threshold: 0 }));
  app.get("/events", ({ req }) => take(req.raw));
  return listen(t, createServer(getRequestListener(app.fetch)));
};

const onFastify: Open = async (t, take) => {
  const fastify = Fastify();
  fastify.get("/events", ({ url, headers }, reply) => {
    reply.send(take({ method: "GET", url, headers: { get: (name) => String(headers[name] ?? "") } }));
  });
  await fastify.ready();
  return listen(t, fastify.server);
};

interface KoaContext {
  readonly method: string;
  readonly url: string;
  readonly res: ServerResponse;
  get(name: string): string;
  body: unknown;
}
interface KoaApp {
  silent: boolean;
  use(middleware: (context: KoaContext) => void): void;
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
}
const Koa: new () => KoaApp = createRequire(import.meta.url)("koa"); // has no types

/** Its body is an async iterator, which takes leave of the stream only when the read that waits has got something: so, a signal. */
const onKoa: Open = (t, take) => {
  const app = new Koa();
  app.silent = true; // it reports each client that leaves
  app.use((context) => {
    const { method, url, res } = context;
    context.body = take({ method, url, headers: context, signal: untilClosed(res) });
  });
  return listen(t, createServer(app.callback()));
};

/** A route handler of Next: `export function GET(request)`. Its server hands over a Request, and pipes what comes back. */
const onRouteHandler: Open = (t, take) => {
  const route = { GET: (request: Request): Response => take(request) };
  const server = createServer(async (incoming, outgoing) => {
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const answer = route.GET(
      new Request(`http://localhost${incoming.url}`, { headers, signal: untilClosed(outgoing) }),
    );
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    const body = answer.body as ReadableStream<Uint8Array>; // the same, by the name that node:stream has for it
    await pipeline(Readable.fromWeb(body), outgoing).catch(() => {});
  });
  return listen(t, server);
};

function untilClosed(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return gone.signal;
}

const onHttp2 = (t: TestContext, take: Take): Promise<string> => {
  const app = new Hono();
  app.get("/events", ({ req }) => take(req.raw));
  return listen(t, createHttp2Server(getRequestListener(app.fetch)));
};

const frameworks: [name: string, open: Open][] = [
  ["Hono", onHono],
  ["Hono behind compress()", onCompressingHono],
  ["Fastify, by reply.send", onFastify],
  ["Koa, as its body", onKoa],
  ["a route handler as Next's", onRouteHandler],
];

for (const [framework, open] of frameworks) {
  describe(framework, () => {
    for (const [name, visit, skip] of visits) {
      test(`to ${name}`, { skip }, async (t) => {
        const sessions = new Inbox<Session>();
        const url = await open(t, (request) => createResponse(request, sessions.add));
        await exchangeEvents(await visit(t, `${url}/events`, { "Last-Event-ID": "é-0" }), await sessions.next());
      });
    }

    test("the stream ends when the server says so", async (t) => {
      const url = await open(t, (request) =>
        createResponse(request, (session) => {
          session.push("all");
          session.close();
        }),
      );
      const { response, next } = await visitByHttp(t, `${url}/events`);
      assert.equal(response.headers["content-type"], "text/event-stream; charset=utf-8");
      assert.equal((await next()).data, "all");
      if (!response.readableEnded) await new Promise((resolve) => response.once("end", resolve));
    });

    test("a client that does not read is noticed, and cut", async (t) => {
      const sessions = new Inbox<Session>();
      const url = await open(t, (request) => createResponse(request, { maxBufferedBytes: 100_000 }, sessions.add));
      const { response } = await visitByHttp(t, `${url}/events`);
      response.removeAllListeners("data").pause();
      const session = await sessions.next();
      const closed = new Promise((resolve) => session.once("close", resolve));
      const text = "x".repeat(1_000_000);
      for (let sent = 0; !session.closed && sent < 100; sent++) {
        session.push(text);
        await new Promise(setImmediate);
      }
      assert.equal(await closed, "slow");
    });
  });
}

test("Hono on node:http2, to curl -N", { skip: noCurl }, async (t) => {
  const sessions = new Inbox<Session>();
  const url = await onHttp2(t, (request) => createResponse(request, sessions.add));
  const visit = visitByCurl("--http2-prior-knowledge");
  await exchangeEvents(await visit(t, `${url}/events`, { "Last-Event-ID": "é-0" }), await sessions.next());
});
