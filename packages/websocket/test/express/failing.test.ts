/** A handler that fails: the peer is told 1011, the error handlers are told why, and nothing else is written. */

import assert from "node:assert/strict";
import type { WebSocket } from "@anywire/websocket";
import type { WebsocketRequestHandler } from "@anywire/websocket/express";
import type { ErrorRequestHandler, Request } from "express";
import { closePayload, serverFrame } from "../frames.ts";
import { RawPeer } from "../served.ts";
import { ask } from "../visitor.ts";
import { onBoth } from "./apps.ts";

const broken = new Error("broken");

const failures: [name: string, handler: WebsocketRequestHandler<Request>][] = [
  [
    "throws",
    () => {
      throw broken;
    },
  ],
  [
    "is rejected",
    async () => {
      throw broken;
    },
  ],
  ["is rejected later", (ws) => new Promise((_resolve, reject) => ws.ping("", false, () => reject(broken)))],
  ["calls next with an error", (_ws, _req, next) => next(broken)],
  ["calls next with an error when a message comes", (ws, _req, next) => void ws.on("message", () => next(broken))],
];

for (const [name, handler] of failures) {
  onBoth(`a handler that ${name} closes with 1011 and tells the error handlers`, async (t, { app, port }) => {
    const errors: unknown[] = [];
    app.ws("/", handler);
    // biome-ignore lint/complexity/useMaxParams: Express knows error handlers by their four parameters
    const tell: ErrorRequestHandler = (error, _req, res, _next) => {
      errors.push(error, res.headersSent);
      res.status(500).json({ nobody: "reads this" });
    };
    app.use(tell);
    const { peer, closed, status } = await ask(t, `ws://127.0.0.1:${await port()}/`);
    peer.send("now");
    assert.equal(await closed, 1011);
    assert.equal(status, 101);
    assert.deepEqual(errors, [broken, false]);
  });
}

onBoth("without error handlers, the peer gets a close frame and nothing else", async (t, { app, port }) => {
  app.ws("/", () => {
    throw broken;
  });
  const peer = await RawPeer.open(t, await port());
  const frame = serverFrame(8, closePayload(1011));
  assert.deepEqual(await peer.until((bytes) => bytes.length >= frame.length), frame);
  assert.equal(peer.socket.readableEnded, false); // the closing handshake goes on
});

onBoth("error handlers of the route stand behind its handler", async (t, { app, port }) => {
  const errors: unknown[] = [];
  // biome-ignore lint/complexity/useMaxParams: Express knows error handlers by their four parameters
  const tell: ErrorRequestHandler = (error, _req, _res, _next) => void errors.push(error);
  const fail = (): never => {
    throw broken;
  };
  Reflect.apply(app.ws, app, ["/", fail, tell]); // the types know no such route
  const { closed } = await ask(t, `ws://127.0.0.1:${await port()}/`);
  assert.equal(await closed, 1011);
  assert.deepEqual(errors, [broken]);
});

onBoth("middleware that fails behind an accepted route closes too", async (t, { app, port }) => {
  app.ws("/", (_ws, _req, next) => next());
  app.ws(
    "/",
    async () => {
      throw broken;
    },
    (_ws: WebSocket) => assert.fail("never called"),
  );
  const { closed } = await ask(t, `ws://127.0.0.1:${await port()}/`);
  assert.equal(await closed, 1011);
});

onBoth("an error of middleware that refuses the route leaves the others open", async (t, { app, port }) => {
  app.ws("/good", (ws) => ws.send("good"));
  app.ws(
    "/bad",
    (_req, _res, next) => next(broken),
    () => assert.fail("never called"),
  );
  const url = `ws://127.0.0.1:${await port()}`;
  const good = await ask(t, `${url}/good`);
  assert.equal((await ask(t, `${url}/bad`)).status, 500);
  assert.equal(await good.next(), "good");
  assert.equal(good.peer.readyState, good.peer.OPEN);
});
