/** What a client in Node.js learns from a server that says no, or says nothing: beside engine.io-client where it tells the same. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Socket as NetSocket } from "node:net";
import { type TestContext, test } from "node:test";
import { Socket } from "engine.io-client";
import { HttpAnswer } from "../../src/node/http-answer.ts";
import { client, connect, type Name, names, portOf, refusal, serve } from "./engine-server.ts";

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Gives the same answer to all, with `Upgrade` or without. */
async function refuse(t: TestContext, { status, headers = {}, body = "" }: Answer): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(status, headers).end(body));
  server.on("upgrade", (_request, socket) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(
      `HTTP/1.1 ${status} No\r\nContent-Length: ${body.length}\r\nConnection: close\r\n${lines.join("")}\r\n${body}`,
    );
  });
  return listen(t, server);
}

async function listen(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<NetSocket>();
  server.on("connection", (socket) => sockets.add(socket));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return portOf(server);
}

/** What engine.io-client says of the same. */
async function theirs(name: Name, port: number): Promise<{ message: string; description: unknown }> {
  const socket = new Socket(`http://127.0.0.1:${port}`, { transports: [name] });
  return new Promise((resolve) => socket.on("error", (error) => resolve(Object(error))));
}

const answers: readonly Answer[] = [
  { status: 401, body: '{"code":4,"message":"who are you?"}' },
  { status: 403, body: '{"code":4,"message":"Forbidden"}' },
  { status: 404 },
  { status: 503, headers: { "Retry-After": "7" }, body: "later" },
];

for (const name of names) {
  for (const answer of answers) {
    test(`${name}: ${answer.status} is read from the error`, async (t) => {
      const port = await refuse(t, answer);
      const error = await refusal(name, { port });
      const their = await theirs(name, port);
      assert.equal(error.message, their.message);
      assert.deepEqual([error.type, error.description], ["TransportError", answer.status]);
      if (name === "polling") assert.equal(their.description, answer.status);
      assert.ok(error.context instanceof HttpAnswer);
      assert.deepEqual([error.context.status, error.context.responseText], [answer.status, answer.body ?? ""]);
      assert.equal(error.context.getResponseHeader("retry-after"), answer.headers?.["Retry-After"] ?? null);
    });
  }

  test(`${name}: nobody there`, async (t) => {
    const server = createServer();
    const port = await listen(t, server);
    await new Promise((resolve) => server.close(resolve));
    const error = await refusal(name, { port });
    const their = await theirs(name, port);
    assert.equal(error.message, their.message);
    assert.match(
      name === "polling" ? statusOf(error.context) : String(Reflect.get(Object(error.description), "message")),
      /ECONNREFUSED/,
    );
  });

  test(`${name}: headers and options that Node does not take are an error, once somebody listens`, async () => {
    assert.equal((await refusal(name, { port: 1, extraHeaders: { "x-bad": "a\nb" } })).type, "TransportError");
    assert.equal((await refusal(name, { port: 1, agent: "no agent" })).type, "TransportError");
  });

  test(`${name}: closed while it opens, it says no more`, async (t) => {
    const server = createServer();
    const port = await listen(t, server);
    const { transport, next } = client(name, { port });
    const told: string[] = [];
    transport.on("error", () => told.push("error"));
    transport.on("packet", () => told.push("packet"));
    const [socket] = await Promise.all([once(server, "connection"), transport.open()]);
    const closed = next("close");
    transport.close();
    await closed;
    assert.ok("on" in socket[0]);
    await once(socket[0], "close");
    assert.deepEqual(told, []);
  });
}

function statusOf(context: unknown): string {
  assert.ok(context instanceof HttpAnswer);
  return String(context.statusText);
}

test("polling: requestTimeout ends a request that takes too long", async (t) => {
  const port = await listen(
    t,
    createServer(() => {}),
  );
  const error = await refusal("polling", { port, requestTimeout: 20 });
  assert.deepEqual([error.message, error.description], ["xhr poll error", 0]);
  assert.match(statusOf(error.context), /timeout/);
});

test("polling: a POST that fails is an error of its own", async (t) => {
  const served = await serve(t);
  const { transport, next } = await connect(t, "polling", { port: served.port });
  transport.query.sid = "unknown";
  const failed = next("error");
  transport.send([{ type: "message", data: "hi" }]);
  const error = Object(await failed);
  assert.deepEqual([error.message, error.description], ["xhr post error", 400]);
  assert.match(error.context.responseText, /Session ID unknown/);
});

test("polling: long answers come compressed", async (t) => {
  const served = await serve(t, { httpCompression: { threshold: 100 } });
  const accepted = served.accepted();
  const codings: unknown[] = [];
  served.engine.on("headers", (_headers, request) => codings.push(request.headers["accept-encoding"]));
  const { message } = await connect(t, "polling", { port: served.port });
  const received = message();
  const text = "long ".repeat(10_000);
  (await accepted).send(text);
  assert.equal(await received, text);
  assert.ok(codings.includes("gzip, deflate, br"));
});

test("websocket: a server that never ends its refusal is not waited for", async (t) => {
  const server = createServer();
  server.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 401 No\r\n\r\n");
    const more = (): void => {
      while (!socket.destroyed && socket.write("x".repeat(10_000)));
    };
    socket.on("drain", more);
    socket.on("error", () => {});
    more();
  });
  const error = await refusal("websocket", { port: await listen(t, server) });
  assert.equal(error.description, 401);
});

test("websocket: packets that are none are errors of the parser", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const { next } = await connect(t, "websocket", { port: served.port });
  const socket = await accepted;
  for (const text of ["", "9", "b!"]) {
    const packet = next("packet");
    Reflect.get(socket.transport, "socket").send(text);
    assert.deepEqual(await packet, { type: "error", data: "parser error" });
  }
});
