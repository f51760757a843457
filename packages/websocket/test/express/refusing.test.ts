/** What middleware answers refuses the upgrade over HTTP. */

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ErrorRequestHandler, Request, RequestHandler } from "express";
import { clientFrame } from "../frames.ts";
import { answerTo, requestOf } from "../served.ts";
import { ask } from "../visitor.ts";
import { onBoth } from "./apps.ts";

const denied = Object.assign(new Error("not you"), { status: 403, headers: { "x-why": "because" } });

const refusals: [name: string, middleware: RequestHandler, status: number, body: RegExp, header?: [string, string]][] =
  [
    [
      "an answer",
      (_q, res) => void res.status(401).set("WWW-Authenticate", "Basic").json({ no: 1 }),
      401,
      /^\{"no":1\}$/,
      ["www-authenticate", "Basic"],
    ],
    ["a redirect", (_q, res) => res.redirect(307, "/login"), 307, /login/, ["location", "/login"]],
    ["an answer in pieces", (_q, res) => res.status(400).write("a", () => res.end("b")), 400, /^ab$/],
    ["a page", (_q, res) => void res.send("a page"), 200, /^a page$/],
    ["next with an error", (_q, _r, next) => next(denied), 403, /not you/, ["x-why", "because"]],
    [
      "an exception",
      () => {
        throw denied;
      },
      403,
      /not you/,
    ],
    [
      "a promise that is rejected",
      async () => {
        throw denied;
      },
      403,
      /not you/,
    ],
    ["a promise that is rejected with nothing", () => Promise.reject(), 500, /Rejected promise/],
    ["an error later", (_q, _r, next) => void setImmediate(() => next(denied)), 403, /not you/],
  ];

for (const [name, middleware, status, body, header] of refusals) {
  onBoth(`${name} of middleware refuses`, async (t, { app, getWss, port }) => {
    app.ws("/", middleware, () => assert.fail("never called"));
    const answer = await ask(t, `ws://127.0.0.1:${await port()}/`);
    assert.equal(answer.status, status);
    assert.match(answer.body, body);
    assert.equal(answer.headers.connection, "close");
    if (header !== undefined) assert.equal(answer.headers[header[0]], header[1]);
    assert.equal(getWss().clients.size, 0);
  });
}

onBoth("middleware of the app refuses too, and error handlers choose the answer", async (t, { app, port }) => {
  app.use((req, _res, next) => next(req.headers["x-key"] ? undefined : new Error("no key")));
  app.ws("/", (ws) => ws.send("in"));
  // biome-ignore lint/complexity/useMaxParams: Express knows error handlers by their four parameters
  const teapot: ErrorRequestHandler = (error, _req, res, _next) => void res.status(418).json({ error: error.message });
  app.use(teapot);
  const url = `ws://127.0.0.1:${await port()}/`;
  const { status, body } = await ask(t, url);
  assert.deepEqual([status, body], [418, '{"error":"no key"}']);
  assert.equal(await (await ask(t, url, { "x-key": "1" })).next(), "in");
});

onBoth("unmatched paths get the app's own answer", async (t, { app, express, port }) => {
  app.ws("/known", (ws) => ws.close());
  const router = express.Router();
  router.use((_req, res) => void res.status(404).send("nothing here"));
  app.use("/own", router);
  const url = `ws://127.0.0.1:${await port()}`;
  const plain = await ask(t, `${url}/unknown`);
  assert.deepEqual([plain.status, /Cannot CONNECT \/unknown/.test(plain.body)], [404, true]);
  const own = await ask(t, `${url}/own/unknown`);
  assert.deepEqual([own.status, own.body], [404, "nothing here"]);
});

onBoth("next('route') goes on to the next route", async (t, { app, port }) => {
  app.ws(
    "/",
    (_req, _res, next) => next("route"),
    () => assert.fail("passed by"),
  );
  app.ws("/", (ws) => ws.send("second"));
  assert.equal(await (await ask(t, `ws://127.0.0.1:${await port()}/`)).next(), "second");
});

onBoth("a head that middleware wrote is the answer, although it went on", async (t, { app, port }) => {
  app.use((_req, res, next) => {
    res.writeHead(202);
    next();
  });
  app.ws("/", () => assert.fail("never called"));
  assert.equal((await ask(t, `ws://127.0.0.1:${await port()}/`)).status, 202);
});

onBoth("a large file refuses as a whole", async (t, { app, port }) => {
  const folder = mkdtempSync(join(tmpdir(), "anywire-express-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const content = randomBytes(4 << 20).toString("hex");
  writeFileSync(join(folder, "large.txt"), content);
  app.ws(
    "/",
    (_req, res) => res.sendFile("large.txt", { root: folder }),
    () => assert.fail("never called"),
  );
  const { status, body } = await ask(t, `ws://127.0.0.1:${await port()}/`);
  assert.equal(status, 200);
  assert.equal(createHash("sha1").update(body).digest("hex"), createHash("sha1").update(content).digest("hex"));
});

onBoth("a bad handshake is refused before the app is asked", async (t, { app, port }) => {
  app.use(() => assert.fail("never called"));
  const at = await port();
  const requests: [request: string, status: RegExp][] = [
    [requestOf().replace("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 12"), /^HTTP\/1.1 4\d\d /],
    [requestOf().replace("Upgrade: websocket", "Upgrade: h2c"), /^HTTP\/1.1 4\d\d /],
    [requestOf().replace("GET", "POST"), /^HTTP\/1.1 405 /],
  ];
  for (const [request, status] of requests) assert.match(await answerTo(t, at, request), status);
});

onBoth("a refusal arrives although frames have come already", async (t, { app, port }) => {
  app.ws(
    "/",
    (_req, res) => void setImmediate(() => res.status(401).send("no")),
    () => assert.fail("never called"),
  );
  const answer = await answerTo(t, await port(), requestOf() + clientFrame(1, "early").toString("latin1"));
  assert.match(answer, /^HTTP\/1.1 401 Unauthorized\r\n[\s\S]*\r\n\r\nno$/);
});

onBoth("a client that goes while it is asked about ends its response", async (t, { app, port }) => {
  const gone = new Promise<Request>((resolve) => {
    app.ws(
      "/",
      (req, res, next) => {
        res.once("close", () => {
          next(); // accepted too late
          resolve(req);
        });
        req.socket.resume().destroy();
      },
      () => assert.fail("never called"),
    );
  });
  await ask(t, `ws://127.0.0.1:${await port()}/`);
  assert.equal((await gone).socket.destroyed, true);
});
