/** express-session and passport in front of the engine and of namespaces, as the guides of Socket.IO have them. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { test } from "node:test";
import express from "express";
import session from "express-session";
import passport from "passport";
import type { Socket } from "socket.io";
import { askUpgrade, handshakePath } from "./asking.ts";
import { plainWays, type SocketIoGuest, socketIo } from "./guests.ts";
import { hasPlainWire, type Node, type ServerName, Stage, serverNames } from "./servers.ts";

type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: Error) => void) => void;

/** What express-session and passport put on a request. */
interface Known {
  readonly sessionID: string;
  readonly session: session.Session & { count?: number; user?: string };
  readonly user?: { readonly name: string };
}

const known = (socket: Socket): Known => socket.request as unknown as Known;
const transports = [["polling"], ["websocket"], ["polling", "websocket"]];
const timeout = 20_000;

/** Express with sessions, and a node on its port. */
async function open(
  stage: Stage,
  name: ServerName,
  prepare: (node: Node, sessions: Middleware) => void,
): Promise<Node> {
  const app = express();
  const sessions = session({ secret: "changeit", resave: false, saveUninitialized: true });
  app.use(sessions);
  app.use(passport.session());
  app.get("/count", (request, response) => void response.json((request as unknown as Known).session.count ?? 0));
  app.get("/login", (request, response, next) =>
    request.login({ name: "john" }, (error: unknown) => (error ? next(error) : response.json("welcome"))),
  );
  app.get("/logout", (request, response) => request.session.destroy(() => response.json("goodbye")));
  const node = await stage.share(name, createServer(app), { plain: { path: "/anywire" } });
  prepare(node, sessions as unknown as Middleware);
  return node;
}

passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user: object, done) => done(null, user));

async function get(url: string, path: string, cookie = ""): Promise<[body: unknown, cookie: string]> {
  const response = await fetch(url + path, { headers: { cookie } });
  const [given = cookie] = response.headers.getSetCookie();
  return [await response.json(), given.split(";")[0] ?? ""];
}

function visit(stage: Stage, url: string, options: object): SocketIoGuest {
  const guest = socketIo({ options })(url);
  stage.defer(() => guest.close());
  return guest;
}

const wrap = (middleware: Middleware) => (socket: Socket, next: (error?: Error) => void) =>
  middleware(socket.request, {} as ServerResponse, next);

/** The two ways of the guide. */
const ways: Readonly<Record<string, (node: Node, sessions: Middleware) => void>> = {
  "io.engine.use": ({ io }, sessions) => io.engine.use(sessions),
  "io.use": ({ io }, sessions) => io.use(wrap(sessions)),
};

for (const name of serverNames) {
  for (const [way, prepare] of Object.entries(ways)) {
    for (const transport of transports) {
      test(`${name}: a session by ${way} is shared with Express, over ${transport.join(" to ")}`, {
        timeout,
      }, async (t) => {
        const stage = new Stage(t);
        const { io, url } = await open(stage, name, prepare);
        const [before, cookie] = await get(url, "/count");
        assert.equal(before, 0);
        io.on("connection", (socket) => {
          socket.on("count", (done: (count: number) => void) => {
            const { session } = known(socket);
            session.reload(() => {
              const fresh = known(socket).session;
              fresh.count = (fresh.count ?? 0) + 1;
              fresh.save(() => done(fresh.count ?? 0));
            });
          });
        });
        const guest = visit(stage, url, { transports: transport, extraHeaders: { cookie } });
        const count = (): Promise<number> => new Promise((resolve) => guest.socket.emit("count", resolve));
        assert.deepEqual([await count(), await count()], [1, 2]);
        assert.deepEqual(await get(url, "/count", cookie), [2, cookie]);
      });
    }
  }

  test(`${name}: who has no session is given one, over HTTP and with a WebSocket`, { timeout }, async (t) => {
    const { url, io } = await open(new Stage(t), name, ({ io }, sessions) => io.engine.use(sessions));
    const polling = await fetch(url + handshakePath);
    assert.match(polling.headers.get("set-cookie") ?? "", /^connect\.sid=.+; Path=\/; HttpOnly$/);
    const websocket = await askUpgrade(url);
    assert.match(String(websocket.headers["set-cookie"]), /^connect\.sid=.+; Path=\/; HttpOnly$/);
    assert.equal(io.engine.clientsCount >= 1, true);
  });

  test(`${name}: passport lets in who is logged in, and puts out who logs out`, { timeout }, async (t) => {
    const stage = new Stage(t);
    const onlyForHandshake =
      (middleware: Middleware): Middleware =>
      (request, response, next) =>
        Reflect.get(request, "_query").sid === undefined ? middleware(request, response, next) : next();
    const guard: Middleware = (request, response, next) => {
      if (Reflect.get(request, "user") !== undefined) return next();
      response.writeHead(401);
      response.end();
    };
    const { io, url } = await open(stage, name, ({ io }, sessions) => {
      for (const each of [sessions, passport.session() as unknown as Middleware, guard])
        io.engine.use(onlyForHandshake(each));
      io.on("connection", (socket) => {
        void socket.join(`session:${known(socket).sessionID}`);
        socket.emit("hi", known(socket).user?.name);
      });
    });
    const [, cookie] = await get(url, "/login");
    for (const transport of transports) {
      const stranger = visit(stage, url, { transports: transport });
      const failed = await new Promise<Error & { context: { status: number } }>((resolve) =>
        stranger.socket.on("connect_error", resolve),
      );
      if (transport[0] === "polling") assert.equal(failed.context.status, 401);
    }
    const guests: SocketIoGuest[] = [];
    for (const transport of transports) {
      const guest = visit(stage, url, { transports: transport, extraHeaders: { cookie } });
      guests.push(guest);
      assert.deepEqual(await guest.next("hi"), ["john"]);
    }
    const [room = ""] = [...io.of("/").adapter.rooms.keys()].filter((each) => each.startsWith("session:"));
    await get(url, "/logout", cookie);
    io.in(room).disconnectSockets();
    for (const guest of guests) await guest.end();
    const late = visit(stage, url, { transports: ["polling"], extraHeaders: { cookie } });
    await new Promise((resolve) => late.socket.on("connect_error", resolve));
  });
}

for (const name of serverNames.filter(hasPlainWire)) {
  for (const [way, come] of Object.entries(plainWays)) {
    test(`${name}: a middleware of a namespace sees the request of a ${way}`, { timeout }, async (t) => {
      const stage = new Stage(t);
      const { io, url } = await open(stage, name, ({ io }, sessions) => io.use(wrap(sessions)));
      const connected = once(io, "connection");
      const guest = come(url, {});
      stage.defer(() => guest.close());
      const [socket] = (await connected) as [Socket];
      assert.equal(typeof known(socket).sessionID, "string");
      assert.equal(socket.request.headers.host, socket.handshake.headers.host);
    });
  }
}
