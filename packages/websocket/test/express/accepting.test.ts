/** What an accepted upgrade is: a 101 with the headers and the session of middleware, then a WebSocket. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import type { RequestHandler } from "express";
import { clientFrame, serverFrame } from "../frames.ts";
import { RawPeer } from "../served.ts";
import { ask } from "../visitor.ts";
import { onBoth } from "./apps.ts";

/** It has no types. */
const session: (options: object) => RequestHandler = createRequire(import.meta.url)("express-session");

onBoth("headers of middleware go out with the 101", async (t, { app, port }) => {
  app.use((_req, res, next) => {
    res.set({ "X-Trace": "7", "Content-Type": "text/plain", "Sec-WebSocket-Protocol": "none", Connection: "close" });
    next();
  });
  app.ws(
    "/",
    (_req, res, next) => {
      res.cookie("a", "1");
      res.cookie("b", "2");
      next();
    },
    (ws) => ws.send("in"),
  );
  const { headers, next } = await ask(t, `ws://127.0.0.1:${await port()}/`);
  assert.equal(headers["x-trace"], "7");
  assert.deepEqual(headers["set-cookie"], ["a=1; Path=/", "b=2; Path=/"]);
  assert.equal(headers["content-type"], undefined);
  assert.equal(headers["sec-websocket-protocol"], undefined);
  assert.equal(headers.connection, "Upgrade");
  assert.equal(await next(), "in");
});

onBoth("a session that middleware starts is set and saved, and is there the next time", async (t, { app, port }) => {
  app.use(session({ secret: "s", resave: false, saveUninitialized: false }));
  app.ws(
    "/",
    (req, _res, next) => {
      const store = Reflect.get(req, "session");
      store.visits = (store.visits ?? 0) + 1;
      next();
    },
    (ws, req) => ws.send(Reflect.get(req, "session").visits),
  );
  const url = `ws://127.0.0.1:${await port()}/`;
  const first = await ask(t, url);
  assert.equal(await first.next(), "1");
  const cookie = first.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  assert.match(cookie, /^connect\.sid=/);
  assert.equal(await (await ask(t, url, { cookie })).next(), "2");
});

onBoth("what is put around the response runs as with any answer, and loggers see a 101", async (t, { app, port }) => {
  const log: unknown[] = [];
  app.use((_req, res, next) => {
    const { writeHead, end } = res;
    Object.assign(res, {
      writeHead(...parts: unknown[]) {
        log.push(`writeHead ${parts}`);
        res.setHeader("X-Late", "yes");
        return Reflect.apply(writeHead, res, parts);
      },
      end(...parts: unknown[]) {
        log.push("end");
        setImmediate(() => Reflect.apply(end, res, parts));
        return res;
      },
    });
    res.on("finish", () => log.push(`finish ${res.statusCode} ${res.headersSent}`));
    res.on("close", () => log.push("close"));
    next();
  });
  app.ws("/", (ws, _req) => {
    log.push("handler");
    ws.send("in");
  });
  const { headers, next } = await ask(t, `ws://127.0.0.1:${await port()}/`);
  assert.equal(await next(), "in");
  assert.equal(headers["x-late"], "yes");
  assert.deepEqual(log, ["writeHead 101", "end", "finish 101 true", "close", "handler"]);
});

onBoth("an answer that comes while a 101 is on its way overtakes it", async (t, { app, port }) => {
  app.use((_req, res, next) => {
    const { end } = res;
    Object.assign(res, {
      end() {
        Object.assign(res, { end });
        res.status(503).send("late");
        return res;
      },
    });
    next();
  });
  app.ws("/", () => assert.fail("never called"));
  const { status, body } = await ask(t, `ws://127.0.0.1:${await port()}/`);
  assert.deepEqual([status, body], [503, "late"]);
});

onBoth("a head that cannot be written refuses", async (t, { app, port }) => {
  app.use((_req, res, next) => {
    const { writeHead } = res;
    Object.assign(res, {
      writeHead() {
        Object.assign(res, { writeHead });
        throw new Error("no head");
      },
    });
    next();
  });
  app.ws("/", () => assert.fail("never called"));
  const { status, body } = await ask(t, `ws://127.0.0.1:${await port()}/`);
  assert.equal(status, 500);
  assert.match(body, /no head/);
});

onBoth("frames that come while middleware runs are kept", async (t, { app, port }) => {
  app.use((_req, _res, next) => void setImmediate(next));
  app.ws(
    "/",
    async (_req, _res, next) => next(),
    (ws) => ws.on("message", (data) => ws.send(data)),
  );
  const peer = await RawPeer.open(t, await port(), clientFrame(1, "early"));
  const echo = serverFrame(2, "early");
  assert.deepEqual(await peer.until((bytes) => bytes.length >= echo.length), echo);
});

onBoth("next goes on to the next WebSocket route, with the same WebSocket", async (t, { app, express, port }) => {
  const seen: unknown[] = [];
  app.ws("/:x", (ws, _req, next) => {
    seen.push(ws);
    next();
  });
  app.get("/:x", (_req, _res, next) => next());
  const router = express.Router();
  router.ws(
    "/:y",
    (_req, _res, next) => next(),
    (ws, req, next) => {
      seen.push(ws);
      ws.send(`${req.params.y}`);
      next();
    },
  );
  app.use(router);
  app.use((_req, res) => void res.status(404).send("nobody reads this"));
  const { peer, next } = await ask(t, `ws://127.0.0.1:${await port()}/a`);
  assert.equal(await next(), "a");
  assert.equal(seen.length, 2);
  assert.equal(seen[0], seen[1]);
  const pong = once(peer, "pong");
  peer.ping();
  await pong; // nothing but frames was written
});

onBoth("a handler that calls next twice changes nothing", async (t, { app, port }) => {
  app.ws(
    "/",
    (_req, _res, next) => {
      next();
      next();
    },
    (ws) => ws.send("once"),
  );
  app.ws("/", (ws) => ws.send("twice"));
  const { next, peer } = await ask(t, `ws://127.0.0.1:${await port()}/`);
  assert.equal(await next(), "once");
  const pong = once(peer, "pong");
  peer.ping();
  await pong;
});
