/** Sessions on the (request, response) of node:http and node:http2, as frameworks hand it out, middleware in front or not. */

import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { createRequire } from "node:module";
import { describe, type TestContext, test } from "node:test";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import compression from "compression";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { createSession, type NodeRequest, type NodeResponse, type Session } from "../../src/server.ts";
import { exchangeEvents } from "../exchange-events.ts";
import { Inbox } from "../inbox.ts";
import { listen } from "../listen.ts";
import { noCurl, visitByCurl, visitByHttp, visits } from "../visitors.ts";

/** Makes a session of what it is given. */
type Take = (request: NodeRequest, response: NodeResponse) => void;
/** @returns the URL of an app that takes each request for `/events` */
type Open = (t: TestContext, take: Take) => Promise<string>;

interface KoaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  respond: boolean;
}
interface KoaApp {
  use(middleware: (context: KoaContext) => void): void;
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
}
const require = createRequire(import.meta.url);
const Koa: new () => KoaApp = require("koa"); // has no types
const express4: typeof express = require("express-4"); // nor has it; those of 5 fit

function onExpress(version: typeof express, ...middleware: readonly express.RequestHandler[]): Open {
  return (t, take) => {
    const app = version();
    for (const each of middleware) app.use(each);
    app.get("/events", take);
    return listen(t, createServer(app));
  };
}

const onKoa: Open = (t, take) => {
  const app = new Koa();
  app.use((context) => {
    context.respond = false;
    take(context.req, context.res);
  });
  return listen(t, createServer(app.callback()));
};

const onFastify: Open = async (t, take) => {
  const fastify = Fastify();
  fastify.get("/events", (request, reply) => {
    reply.hijack();
    take(request.raw, reply.raw);
  });
  await fastify.ready();
  return listen(t, fastify.server);
};

const onHono: Open = (t, take) => {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get("/events", ({ env }) => {
    take(env.incoming, env.outgoing);
    return RESPONSE_ALREADY_SENT;
  });
  return listen(t, createServer(getRequestListener(app.fetch)));
};

const everything = compression({ filter: () => true, threshold: 0 });

const frameworks: [name: string, open: Open][] = [
  ["node:http", (t, take) => listen(t, createServer(take))],
  ["Express 5", onExpress(express)],
  ["Express 5 behind compression()", onExpress(express, compression())],
  ["Express 5 behind compression of everything", onExpress(express, everything)],
  ["Express 4", onExpress(express4)],
  ["Express 4 behind compression()", onExpress(express4, compression())],
  ["Express 4 behind compression of everything", onExpress(express4, everything)],
  ["Koa", onKoa],
  ["Fastify, hijacked", onFastify],
  ["Hono", onHono],
];

for (const [framework, open] of frameworks) {
  describe(framework, () => {
    for (const [name, visit, skip] of visits) {
      test(`to ${name}`, { skip }, async (t) => {
        const sessions = new Inbox<Session>();
        const url = await open(t, (request, response) => sessions.add(createSession(request, response)));
        await exchangeEvents(await visit(t, `${url}/events`, { "Last-Event-ID": "é-0" }), await sessions.next());
      });
    }

    test("the stream ends when the server says so", async (t) => {
      const url = await open(t, (request, response) => {
        const session = createSession(request, response);
        session.push("all");
        session.close();
      });
      const { response, next } = await visitByHttp(t, `${url}/events`);
      assert.equal(response.headers["content-type"], "text/event-stream; charset=utf-8");
      assert.equal((await next()).data, "all");
      if (!response.readableEnded) await new Promise((resolve) => response.once("end", resolve));
    });
  });
}

test("compression that a Cache-Control of the program's own lets in holds nothing back", async (t) => {
  const sessions = new Inbox<Session>();
  const url = await onExpress(express, everything)(t, (request, response) => {
    sessions.add(createSession(request, response, { headers: { "Cache-Control": "no-store" } }));
  });
  const visitor = await visitByHttp(t, `${url}/events`, { "Accept-Encoding": "gzip", "Last-Event-ID": "é-0" });
  assert.equal(visitor.response.headers["content-encoding"], "gzip");
  await exchangeEvents(visitor, await sessions.next());
});

test("node:http2 to curl -N", { skip: noCurl }, async (t) => {
  const sessions = new Inbox<Session>();
  const server = createHttp2Server((request, response) => sessions.add(createSession(request, response)));
  const url = await listen(t, server);
  const visit = visitByCurl("--http2-prior-knowledge");
  await exchangeEvents(await visit(t, `${url}/events`, { "Last-Event-ID": "é-0" }), await sessions.next());
});
