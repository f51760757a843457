/** One port for Socket.IO and for a program of Express, Koa, Fastify or node:http, however they are put together. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server as HttpServer, type RequestListener } from "node:http";
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer as createHttp2,
  createSecureServer,
} from "node:http2";
import { createServer as createHttps } from "node:https";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import express from "express";
import fastify from "fastify";
import type { Server, Socket } from "socket.io";
import { selfSigned } from "../../../../scripts/test/self-signed.ts";
import { ask, askUpgrade, handshakePath } from "./asking.ts";
import { type SocketIoGuest, socketIo } from "./guests.ts";
import { alike, Stage, serverNames, servers } from "./servers.ts";

const require = createRequire(import.meta.url);
const express4: typeof express = require("express-4");
/** Of Koa, what this needs: it has no types of its own. */
const Koa: new () => {
  use(middleware: (context: { body: unknown }) => void): void;
  callback(): RequestListener;
} = require("koa");
const timeout = 20_000;
const transports = [["polling"], ["websocket"], ["polling", "websocket"]];

/** Echoes, on every namespace there is. */
function echo(io: Server): void {
  io.on("connection", (socket) => {
    socket.on("question", (text: string, done: (text: string) => void) => done(`${text}!`));
  });
}

async function talks(stage: Stage, url: string, options: object = {}): Promise<void> {
  for (const each of transports) {
    const guest = socketIo({ options: { transports: each, ...options } })(url);
    stage.defer(() => guest.close());
    assert.equal(await answer(guest), "hi!", each.join());
  }
}

function answer(guest: SocketIoGuest): Promise<string> {
  return new Promise((resolve) => guest.socket.emit("question", "hi", resolve));
}

/** Programs that answer `/` with `own`, each put on an HTTP server as its documentation says. */
const programs: Readonly<
  Record<string, (start: (httpServer: HttpServer) => void) => Promise<HttpServer> | HttpServer>
> = {
  "node:http": (start) =>
    begin(
      createServer((_request, response) => void response.end("own")),
      start,
    ),
  "Express 5": (start) =>
    begin(createServer(express().get("/", (_request, response) => void response.send("own"))), start),
  "Express 4": (start) =>
    begin(createServer(express4().get("/", (_request, response) => void response.send("own"))), start),
  Koa: (start) => {
    const app = new Koa();
    app.use((context) => {
      context.body = "own";
    });
    return begin(createServer(app.callback()), start);
  },
  Fastify: async (start) => {
    const app = fastify({ forceCloseConnections: true });
    app.get("/", () => "own");
    await app.ready();
    return begin(app.server, start);
  },
  "a listener that is added later": (start) => {
    const httpServer = createServer();
    start(httpServer);
    return httpServer.on("request", (request, response) => {
      if (!request.url?.startsWith("/socket.io/")) response.end("own");
    });
  },
};

function begin(httpServer: HttpServer, start: (httpServer: HttpServer) => void): HttpServer {
  start(httpServer);
  return httpServer;
}

for (const name of serverNames) {
  for (const [program, open] of Object.entries(programs)) {
    test(`${name}: shares a port with ${program}`, { timeout }, async (t) => {
      const stage = new Stage(t);
      const httpServer = await open((httpServer) => {
        const io = new servers[name](httpServer);
        stage.defer(() => io.close());
        echo(io);
      });
      const url = await stage.listen(httpServer);
      assert.equal(await (await fetch(url)).text(), "own");
      await talks(stage, url);
      assert.equal((await ask(url, { path: "/socket.io/socket.io.js" })).status, 200);
      assert.equal(await (await fetch(`${url}/?EIO=4&transport=polling`)).text(), "own");
    });
  }

  test(`${name}: is attached to a server that listens already`, { timeout }, async (t) => {
    const stage = new Stage(t);
    const httpServer = createServer((_request, response) => void response.end("own"));
    const url = await stage.listen(httpServer);
    const io = new servers[name]({ cors: { origin: "http://other.example" } });
    stage.defer(() => io.close());
    echo(io);
    io.attach(httpServer);
    await talks(stage, url);
    assert.equal(await (await fetch(url)).text(), "own");
    const { headers } = await ask(url, { headers: { Origin: "http://other.example" } });
    assert.equal(headers["access-control-allow-origin"], "http://other.example");
  });

  test(`${name}: is attached with options of its own, after those of the constructor`, { timeout }, async (t) => {
    const stage = new Stage(t);
    const httpServer = createServer((_request, response) => void response.end("own"));
    const url = await stage.listen(httpServer);
    const io = new servers[name]({ pingInterval: 12_345 });
    stage.defer(() => io.close());
    echo(io);
    io.attach(httpServer, {
      path: "/rt",
      pingInterval: 1,
      pingTimeout: 54_321,
      cors: { origin: "http://other.example" },
    });
    const { body, headers } = await ask(url, {
      path: handshakePath.replace("socket.io", "rt"),
      headers: { Origin: "http://other.example" },
    });
    assert.match(body, /"pingInterval":12345,"pingTimeout":54321/);
    assert.equal(headers["access-control-allow-origin"], "http://other.example");
    await talks(stage, url, { path: "/rt" });
    assert.equal((await ask(url)).body, "own");
  });

  test(`${name}: listens by itself, by port and by options`, { timeout }, async (t) => {
    const stage = new Stage(t);
    const io = new servers[name](0, { path: "/own" });
    stage.defer(() => io.close());
    echo(io);
    const httpServer = io.httpServer as HttpServer;
    if (!httpServer.listening) await once(httpServer, "listening");
    const { port } = httpServer.address() as AddressInfo;
    await talks(stage, `http://127.0.0.1:${port}`, { path: "/own" });
    const later = new servers[name]();
    stage.defer(() => later.close());
    echo(later);
    assert.ok(later.listen(0) === later);
    const second = later.httpServer as HttpServer;
    if (!second.listening) await once(second, "listening");
    await talks(stage, `http://127.0.0.1:${(second.address() as AddressInfo).port}`);
  });

  test(`${name}: is one of several on a port, each with its path`, { timeout }, async (t) => {
    const stage = new Stage(t);
    const httpServer = createServer((_request, response) => void response.end("own"));
    const ios = ["/one", "/two", "/three/more/"].map((path) => {
      const io = new servers[name](httpServer, { path, destroyUpgrade: false });
      stage.defer(() => io.close());
      io.on("connection", (socket: Socket) =>
        socket.on("question", (_text: string, done: (path: string) => void) => done(path)),
      );
      return { io, path };
    });
    const url = await stage.listen(httpServer);
    for (const { io, path } of ios) {
      for (const each of transports) {
        const guest = socketIo({ options: { transports: each, path } })(url);
        stage.defer(() => guest.close());
        assert.equal(await answer(guest), path, each.join());
      }
      assert.equal(io.engine.clientsCount, 3);
    }
    assert.equal(await (await fetch(url)).text(), "own");
  });

  test(`${name}: is reached through HTTPS, and polling through HTTP/2`, { timeout }, async (t) => {
    const stage = new Stage(t);
    for (const overHttp2 of [false, true]) {
      const httpServer = overHttp2 ? createSecureServer({ ...selfSigned, allowHTTP1: true }) : createHttps(selfSigned);
      const io = new servers[name](httpServer as HttpServer);
      stage.defer(() => io.close());
      echo(io);
      httpServer.listen(0, "127.0.0.1");
      await once(httpServer, "listening");
      const { port } = httpServer.address() as AddressInfo;
      await talks(stage, `https://127.0.0.1:${port}`, { rejectUnauthorized: false });
      if (!overHttp2) continue;
      const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
      stage.defer(() => session.destroy());
      const { sid } = JSON.parse((await askHttp2(session, handshakePath)).slice(1));
      const path = `${handshakePath}&sid=${sid}`;
      assert.equal(await askHttp2(session, path, "40"), "ok");
      assert.match(await askHttp2(session, path), /^40\{"sid":".+"\}$/);
    }
  });

  test(`${name}: takes requests that the program's own server hands over`, { timeout }, async (t) => {
    const stage = new Stage(t);
    const io = new servers[name](createServer(), { serveClient: false });
    stage.defer(() => io.close());
    echo(io);
    const httpServer = createServer(
      (request, response) => void Reflect.apply(io.engine.handleRequest, io.engine, [request, response]),
    );
    httpServer.on("upgrade", (request, socket, head) => io.engine.handleUpgrade(request, socket, head));
    await talks(stage, await stage.listen(httpServer));
  });
}

for (const name of serverNames) {
  test(`${name}: a poll over HTTP/2 that is cut off ends its session`, { timeout }, async (t) => {
    const stage = new Stage(t);
    const httpServer = createHttp2();
    const io = new servers[name](httpServer);
    stage.defer(() => io.close());
    await once(httpServer.listen(0, "127.0.0.1"), "listening");
    const session = connect(`http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`);
    stage.defer(() => session.destroy());
    const connected = once(io.engine, "connection");
    const { sid } = JSON.parse((await askHttp2(session, handshakePath)).slice(1));
    const [{ readyState }] = await connected;
    assert.equal(readyState, "open");
    const gone = new Promise((resolve) => io.on("connection", (socket) => socket.on("disconnect", resolve)));
    const path = `${handshakePath}&sid=${sid}`;
    await askHttp2(session, path, "40");
    assert.match(await askHttp2(session, path), /^40/);
    const poll = session.request({ ":path": path });
    await askHttp2(session, path, '42["news"]'); // the poll before it is there
    poll.close(constants.NGHTTP2_CANCEL);
    assert.match(String(await gone), /^transport (?:close|error)$/);
  });
}

async function askHttp2(session: ClientHttp2Session, path: string, body?: string): Promise<string> {
  const stream = session.request({ ":path": path, ":method": body === undefined ? "GET" : "POST" });
  stream.end(body);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const strangers: Readonly<Record<string, string>> = {
  "another path": "/other/?EIO=4&transport=websocket",
  "a path that only begins so": "/socket.iox/?EIO=4&transport=websocket",
  "no slash": "/socket.io?EIO=4&transport=websocket",
};

for (const [what, path] of Object.entries(strangers)) {
  alike(`an upgrade to ${what}, where nobody else listens`, async (stage, server) => {
    const { url } = await stage.node(server, { destroyUpgradeTimeout: 50 });
    return askUpgrade(url, { path }).then(
      ({ status }) => (status === 101 ? "upgraded" : "refused"),
      () => "refused",
    );
  });

  alike(`a request to ${what}`, async (stage, server) => {
    const httpServer = createServer((_request, response) => void response.end("own"));
    const { url } = await stage.share(server, httpServer);
    return ask(url, { path: path.replace("websocket", "polling") });
  });
}

alike("paths without a slash at their end", async (stage, server) => {
  const httpServer = createServer((_request, response) => void response.end("own"));
  const { url } = await stage.share(server, httpServer, { path: "/rt", addTrailingSlash: false });
  return [
    await ask(url, { path: "/rt?EIO=4&transport=polling" }),
    await ask(url, { path: "/rt/?EIO=4&transport=polling" }),
  ];
});
