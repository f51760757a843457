/** The call shape of express-ws: what is given, what comes back, what is left as it was. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createSecure } from "node:https";
import { test } from "node:test";
import { WebSocket, WebSocketServer } from "@anywire/websocket";
import expressWs from "@anywire/websocket/express";
import express from "express";
import { WebSocketServer as PeerServer } from "ws";
import { selfSigned } from "../../../../scripts/test/self-signed.ts";
import { portOf } from "../served.ts";
import { ask } from "../visitor.ts";
import { end, onBoth } from "./apps.ts";

onBoth("a route gets the WebSocket and the request", async (t, { app, getWss, port }) => {
  app.ws("/rooms/:room", (ws, req) => {
    assert.ok(ws instanceof WebSocket);
    ws.on("message", (data) => ws.send(`${req.params.room} ${req.query.as} ${req.ip} ${data}`));
  });
  const url = `ws://127.0.0.1:${await port()}/rooms/7?as=ann`;
  const { peer, next, status } = await ask(t, url);
  assert.equal(status, 101);
  peer.send("hello");
  assert.equal(await next(), "7 ann 127.0.0.1 hello");
  assert.ok(getWss() instanceof WebSocketServer);
  assert.equal(getWss().clients.size, 1);
});

onBoth("all routers have the method", async (t, { app, express, port }) => {
  const inner = express.Router({ mergeParams: true });
  inner.ws("/:b", (ws, req) => ws.send(`${JSON.stringify(req.params)} ${req.baseUrl} ${req.url} ${req.originalUrl}`));
  const outer = express.Router();
  outer.use("/in/:a", inner);
  app.use("/out", outer);
  const { next } = await ask(t, `ws://127.0.0.1:${await port()}/out/in/1/2?q`);
  assert.equal(await next(), '{"a":"1","b":"2"} /out/in/1 /2?q /out/in/1/2?q');
});

onBoth("an app that is mounted gets it from applyTo", async (t, { app, applyTo, express, port }) => {
  const mounted = applyTo(express());
  mounted.set("env", "test").ws("/:x", (ws, req) => ws.send(`${req.app === mounted} ${req.params.x}`));
  app.use("/deep", mounted);
  const url = `ws://127.0.0.1:${await port()}`;
  assert.equal(await (await ask(t, `${url}/deep/er`)).next(), "true er");
  assert.equal((await ask(t, `${url}/deep/er/none`)).status, 404);
});

onBoth("router.param runs before the upgrade", async (t, { app, express, port }) => {
  const router = express.Router();
  // biome-ignore lint/complexity/useMaxParams: the shape is that of Express
  router.param("user", (req, res, next, name) => {
    if (name === "nobody") res.status(410).send("gone");
    else next(void Object.assign(req, { user: { name } }));
  });
  router.ws("/:user", (ws, req) => ws.send(JSON.stringify(Reflect.get(req, "user"))));
  app.use("/users", router);
  const url = `ws://127.0.0.1:${await port()}/users`;
  assert.equal(await (await ask(t, `${url}/ann`)).next(), '{"name":"ann"}');
  const { status, body } = await ask(t, `${url}/nobody`);
  assert.deepEqual([status, body], [410, "gone"]);
});

onBoth("paths are what they are in Express: regular expressions, lists, chains", async (t, { app, port }) => {
  app.ws(/^\/re\/(\d+)$/, (ws, req) => ws.send(req.params["0"] ?? "")).ws(["/a", "/b"], (ws, req) => ws.send(req.path));
  const url = `ws://127.0.0.1:${await port()}`;
  for (const [path, said] of [
    ["/re/12", "12"],
    ["/a", "/a"],
    ["/b", "/b"],
  ]) {
    assert.equal(await (await ask(t, url + path)).next(), said);
  }
});

onBoth("an ordinary GET passes a WebSocket route by", async (_t, { app, port }) => {
  app.ws("/page", (ws) => ws.close());
  app.get("/page", (_req, res) => void res.send("the page"));
  const url = `http://127.0.0.1:${await port()}`;
  assert.equal(await (await fetch(`${url}/page`)).text(), "the page");
  app.ws("/socket", () => assert.fail("never called"));
  assert.equal((await fetch(`${url}/socket`)).status, 404);
  assert.equal((await fetch(`${url}/socket`, { method: "HEAD" })).status, 404);
});

onBoth("an upgrade passes GET routes and static files of the same path by", async (t, { app, express, port }) => {
  const log: string[] = [];
  app.use((req, _res, next) => next(void log.push(`use ${req.method}`)));
  app.use(express.static(import.meta.dirname, { index: "apps.ts" }));
  app.get("/", (_req, res) => void res.send("the page"));
  app.get(/.*/, (_req, res) => void res.send("any page"));
  app.all("/", (_req, _res, next) => next(void log.push("all")));
  app.ws("/", (ws) => ws.send("the socket"));
  const at = `127.0.0.1:${await port()}/`;
  assert.equal(await (await ask(t, `ws://${at}`)).next(), "the socket");
  assert.deepEqual(log, ["use CONNECT", "all"]);
  assert.match(await (await fetch(`http://${at}`)).text(), /Express 5 and 4/);
});

onBoth(
  "routers are left as they are, if that is wanted",
  async (t, { app, applyTo, express, port }) => {
    // another app of this process may have given it to all routers before
    Reflect.deleteProperty(Object.getPrototypeOf(express.Router()), "ws");
    Reflect.deleteProperty(Object.getPrototypeOf(Object.getPrototypeOf(express.Router())), "ws");
    expressWs(express(), undefined, { leaveRouterUntouched: true });
    assert.equal(Reflect.get(express.Router(), "ws"), undefined);
    const router = applyTo(express.Router());
    router.ws("/x", (ws) => ws.send("applied"));
    app.use(router);
    assert.equal(await (await ask(t, `ws://127.0.0.1:${await port()}/x`)).next(), "applied");
  },
  { leaveRouterUntouched: true },
);

onBoth("the app keeps its settings, listeners, locals and router", async (_t, { express }) => {
  const app = express();
  const before = { ...app.settings };
  const listeners = app.listenerCount("mount");
  const { locals } = app;
  expressWs(app);
  assert.deepEqual({ ...app.settings }, before);
  assert.equal(app.settings, app.locals.settings);
  assert.equal(app.locals, locals);
  assert.equal(app.listenerCount("mount"), listeners);
  app.enable("case sensitive routing"); // the router is made later, and sees it
  app.get("/Case", (_req, res) => void res.send("ok"));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  assert.equal((await fetch(`http://127.0.0.1:${portOf(server)}/case`)).status, 404);
  server.close();
});

for (const [name, create] of [
  ["an HTTP server", (app: express.Express) => createServer(app)],
  ["an HTTPS server", (app: express.Express) => createSecure(selfSigned, app)],
] as const) {
  test(`takes the upgrades of ${name} that is given`, async (t) => {
    const app = express();
    const { listen } = app;
    const server = create(app);
    const instance = expressWs(app, server);
    assert.equal(app.listen, listen);
    instance.app.ws("/", (ws, req) => ws.send(req.protocol));
    t.after(() => end(server, instance));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const scheme = name.includes("HTTPS") ? "wss" : "ws";
    const { next } = await ask(t, `${scheme}://127.0.0.1:${portOf(server)}/`);
    assert.equal(await next(), scheme === "wss" ? "https" : "http");
  });
}

onBoth(
  "wsOptions are those of the WebSocketServer",
  async (t, { app, port }) => {
    app.ws("/", (ws) => ws.on("error", () => {}));
    const url = `ws://127.0.0.1:${await port()}/`;
    assert.equal((await ask(t, url)).status, 403); // authorize, and the app is not asked
    const { peer, closed } = await ask(t, url, { "x-key": "k" });
    peer.send("much too long");
    assert.equal(await closed, 1009);
  },
  { wsOptions: { maxPayload: 4, authorize: (req) => (req.headers["x-key"] ? undefined : { status: 403 }) } },
);

test("Express 5 tells the callback of listen why it does not listen", async (t) => {
  const busy = createServer().listen(0, "127.0.0.1");
  t.after(() => busy.close());
  await once(busy, "listening");
  const { app } = expressWs(express());
  const told = await new Promise((resolve) => app.listen(portOf(busy), "127.0.0.1", resolve));
  assert.equal(Reflect.get(Object(told), "code"), "EADDRINUSE");
});

test("Express 5 tells the callback of listen that it listens", async (t) => {
  const instance = expressWs(express());
  const told = await new Promise((resolve) => {
    const server = instance.app.listen(0, "127.0.0.1", (error) => resolve(error));
    t.after(() => end(server, instance));
  });
  assert.equal(told, undefined);
  assert.equal(instance.getWss().listenerCount("error"), 0);
});

test("leaves other listeners of upgrades what they take", async (t) => {
  const instance = expressWs(express());
  instance.getWss().shouldHandle = ({ url = "" }) => !url.startsWith("/theirs/");
  instance.app.ws("/ours", (ws) => ws.send("ours"));
  const server = instance.app.listen(0, "127.0.0.1");
  t.after(() => end(server, instance));
  await once(server, "listening");
  const theirs = new PeerServer({ noServer: true });
  server.on("upgrade", (request, stream, head) => {
    if (request.url?.startsWith("/theirs/")) theirs.handleUpgrade(request, stream, head, (ws) => ws.send("theirs"));
  });
  const url = `ws://127.0.0.1:${portOf(server)}`;
  assert.equal(await (await ask(t, `${url}/theirs/1`)).next(), "theirs");
  assert.equal(await (await ask(t, `${url}/ours`)).next(), "ours");
});

// biome-ignore lint/complexity/useMaxParams: Express knows error handlers by their four parameters
function fourParameters(_error: unknown, _req: unknown, _res: unknown, _next: unknown): void {}

test("says what is wrong with what it is given", () => {
  const app = expressWs(express()).app;
  const wrong: [name: string, call: () => unknown, message: RegExp][] = [
    ["no app", () => Reflect.apply(expressWs, null, [{}]), /must be an application of Express/],
    ["nothing", () => Reflect.apply(expressWs, null, []), /must be an application of Express/],
    ["no router", () => Reflect.apply(expressWs(express()).applyTo, null, [{}]), /must be a router/],
    ["no function but error handlers", () => Reflect.apply(app.ws, app, ["/", fourParameters]), /ws\(\) takes a path/],
    ["no handler", () => Reflect.apply(app.ws, app, ["/"]), /ws\(\) takes a path/],
    ["a handler that is none", () => Reflect.apply(app.ws, app, ["/", 1]), /ws\(\) takes a path/],
    ["middleware that is none", () => Reflect.apply(app.ws, app, ["/", 1, () => {}]), /ws\(\) takes a path/],
  ];
  for (const [name, call, message] of wrong) assert.throws(call, { name: "TypeError", message }, name);
});
