/** Middlewares of Express on the engine: they see every request, may answer it, add headers, or fail. */

import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test } from "node:test";
import compression from "compression";
import { ask, askUpgrade, handshakePath, type Told } from "./asking.ts";
import { socketIo } from "./guests.ts";
import { alike, Stage, serverNames } from "./servers.ts";

type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** As helmet: headers, then on. */
const helmetLike: Middleware = (_request, response, next) => {
  response.setHeader("X-Frame-Options", "SAMEORIGIN");
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.removeHeader("X-Powered-By");
  next();
};

const middlewares: Readonly<Record<string, readonly Middleware[]>> = {
  "one that adds headers": [helmetLike],
  "one that goes on later": [(_request, _response, next) => setImmediate(next)],
  "one that answers itself": [
    (_request, response) => {
      response.writeHead(418, { "X-Reason": "teapot", "Content-Type": "text/plain" });
      response.end("short and stout");
    },
  ],
  "one that answers with a status alone": [
    (_request, response) => {
      response.statusCode = 402;
      response.end();
    },
  ],
  "one that fails": [(_request, _response, next) => next(new Error("broken"))],
  "one that fails later, behind another": [
    helmetLike,
    (_request, _response, next) => setImmediate(next, new Error("broken")),
  ],
  "one that compresses": [compression({ threshold: 0 }) as unknown as Middleware],
  "several, in order": ["a", "b", "c"].map(
    (letter): Middleware =>
      (_request, response, next) => {
        response.setHeader("X-Order", `${response.getHeader("X-Order") ?? ""}${letter}`);
        next();
      },
  ),
};

/** What is compressed differs by the id of the session. */
function readable(answer: Told): Told {
  return "content-encoding" in answer.headers ? { ...answer, body: "compressed" } : answer;
}

for (const [what, chain] of Object.entries(middlewares)) {
  alike(`a middleware of the engine: ${what}`, async (stage, server) => {
    const { io, url } = await stage.node(server, { cors: { origin: "*" } });
    for (const each of chain) io.engine.use(each);
    const said: unknown[] = [];
    io.engine.on("connection_error", ({ code, message }: { code: number; message: string }) =>
      said.push({ code, message }),
    );
    const headers = { "Accept-Encoding": "gzip", Origin: "http://other.example" };
    const answers: Told[] = [await ask(url, { headers }), await ask(url, { method: "OPTIONS", headers })];
    const upgrade = await askUpgrade(url, { headers }).catch(() => undefined); // socket.io cuts what a middleware answers
    return { answers: answers.map(readable), upgrade: upgrade?.status === 101 ? upgrade : "refused", said };
  });
}

const skip = process.env.ORACLE === undefined ? false : "socket.io joins them by a comma";

test("several cookies of a middleware are several headers, with a WebSocket too", { skip }, async (t) => {
  const { io, url } = await new Stage(t).node("@anywire/server");
  io.engine.use((_request: IncomingMessage, response: ServerResponse, next: () => void) => {
    response.setHeader("Set-Cookie", ["a=1", "b=2; HttpOnly"]);
    next();
  });
  for (const each of [await ask(url), await askUpgrade(url)])
    assert.deepEqual(each.headers["set-cookie"], ["a=1", "b=2; HttpOnly"]);
});

for (const name of serverNames) {
  test(`${name}: a middleware of the engine sees every request, and its query`, { timeout: 20_000 }, async (t) => {
    const stage = new Stage(t);
    const { io, url } = await stage.node(name);
    const seen: string[] = [];
    io.engine.use((request: IncomingMessage, _response: ServerResponse, next: () => void) => {
      const { transport, sid } = Reflect.get(request, "_query");
      seen.push([request.method, transport, sid === undefined ? "first" : "later"].join(" "));
      next();
    });
    const guest = socketIo()(url);
    stage.defer(() => guest.close());
    await new Promise<void>((resolve) => io.on("connection", (socket) => socket.conn.on("upgrade", () => resolve())));
    for (const each of ["GET polling first", "POST polling later", "GET polling later", "GET websocket later"])
      assert.ok(seen.includes(each), each);
  });

  test(`${name}: a middleware of a namespace refuses with what the client is told`, { timeout: 20_000 }, async (t) => {
    const stage = new Stage(t);
    const { io, url } = await stage.node(name);
    io.use((socket, next) => {
      const { token } = socket.handshake.auth;
      if (token === "right") return next();
      const error: Error & { data?: unknown } = new Error("not authorized");
      error.data = { content: "please retry later", token };
      next(error);
    });
    const refused = socketIo({ options: { auth: { token: "wrong" } } })(url);
    stage.defer(() => refused.close());
    const error = await new Promise<Error & { data: unknown }>((resolve) =>
      refused.socket.on("connect_error", resolve),
    );
    assert.equal(error.message, "not authorized");
    assert.deepEqual(error.data, { content: "please retry later", token: "wrong" });
    const allowed = socketIo({ options: { auth: (done: (auth: object) => void) => done({ token: "right" }) } })(url);
    stage.defer(() => allowed.close());
    await new Promise((resolve) => allowed.socket.on("connect", resolve as () => void));
  });
}

alike("a request that a middleware lets pass is answered as without it", async (stage, server) => {
  const { io, url } = await stage.node(server);
  io.engine.use((_request: IncomingMessage, _response: ServerResponse, next: () => void) => next());
  return [
    await ask(url),
    await ask(url, { path: handshakePath.replace("4", "9") }),
    await ask(url, { path: "/socket.io/?EIO=4&transport=polling&sid=no" }),
  ];
});
