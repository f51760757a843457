/** How a client reaches its server: what the request says, TLS, IPv6, local sockets, agents and connections of its own. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, type ClientRequest, createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { TLSSocket } from "node:tls";
import { WebSocketServer } from "ws";
import { selfSigned } from "../../../../scripts/test/self-signed.ts";
import type { ClientOptions } from "../../src/client-options.ts";
import { answering, clients, opens, ours, told } from "../clients.ts";
import { portOf } from "../served.ts";

/** npm's ws as server. */
async function serve(t: TestContext, server: Server, where: string | number = 0): Promise<WebSocketServer> {
  const wss = new WebSocketServer({ server });
  t.after(() => {
    for (const client of wss.clients) client.terminate();
    server.close();
  });
  if (typeof where === "string") server.listen(where);
  else server.listen(where, "127.0.0.1");
  await once(server, "listening");
  return wss;
}

const addresses: [name: string, url: string, options: ClientOptions, line: string, headers: Record<string, string>][] =
  [
    ["nothing but a host", "ws://127.0.0.1:PORT", {}, "GET / HTTP/1.1", { Host: "127.0.0.1:PORT" }],
    ["path and query", "ws://127.0.0.1:PORT/a%20b?c=ä", {}, "GET /a%20b?c=%C3%A4 HTTP/1.1", {}],
    ["a line break in the path", "ws://127.0.0.1:PORT/a\r\nX: y", {}, "GET /aX:%20y HTTP/1.1", {}],
    ["credentials", "ws://a%40b:c@127.0.0.1:PORT", {}, "GET / HTTP/1.1", { Authorization: "Basic YUBiOmM=" }],
    ["option auth", "ws://127.0.0.1:PORT", { auth: "a:b" }, "GET / HTTP/1.1", { Authorization: "Basic YTpi" }],
    [
      "credentials and a header for them",
      "ws://a:b@127.0.0.1:PORT",
      { headers: { authorization: "own" } },
      "GET / HTTP/1.1",
      { authorization: "own" },
    ],
    ["an origin", "ws://127.0.0.1:PORT", { origin: "https://a" }, "GET / HTTP/1.1", { Origin: "https://a" }],
    [
      "an origin in version 8",
      "ws://127.0.0.1:PORT",
      { origin: "https://a", protocolVersion: 8 },
      "GET / HTTP/1.1",
      { "Sec-WebSocket-Origin": "https://a", "Sec-WebSocket-Version": "8" },
    ],
    [
      "headers of the handshake, which stay",
      "ws://127.0.0.1:PORT",
      { headers: { connection: "close", upgrade: "x", "sec-websocket-version": "7", "x-own": "1" } },
      "GET / HTTP/1.1",
      { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "x-own": "1" },
    ],
    [
      "compression",
      "ws://127.0.0.1:PORT",
      {},
      "GET / HTTP/1.1",
      { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" },
    ],
    [
      "another host, port and path in options, which do not count",
      "ws://127.0.0.1:PORT/a",
      {
        host: "b.example",
        hostname: "b.example",
        port: 1,
        path: "/b",
        method: "POST",
        protocol: "x:",
        socketPath: "/b",
      },
      "GET /a HTTP/1.1",
      { Host: "127.0.0.1:PORT" },
    ],
    ["http: for ws:", "http://127.0.0.1:PORT/a", {}, "GET /a HTTP/1.1", {}],
  ];

for (const [client, open] of clients) {
  for (const [name, url, options, line, headers] of addresses) {
    test(`${client}: the request says ${name}`, async (t) => {
      let seen = "";
      const port = await answering(t, (head) => {
        seen = head;
        return opens(head);
      });
      await told(t, open(url.replace("PORT", String(port)), [], options));
      const lines = seen.split("\r\n");
      assert.equal(lines[0], line);
      for (const [header, value] of Object.entries(headers)) {
        const found = lines.filter((each) => each.toLowerCase().startsWith(`${header.toLowerCase()}:`));
        assert.deepEqual(found, [`${header}: ${value.replace("PORT", String(port))}`]);
      }
    });
  }

  test(`${client}: TLS to a host whose certificate is known`, async (t) => {
    const server = createSecureServer(selfSigned);
    const wss = await serve(t, server);
    const accepted = once(wss, "connection");
    const log = await told(t, open(`wss://localhost:${portOf(server)}`, [], { ca: selfSigned.cert, family: 4 }));
    assert.deepEqual(log, ["upgrade 101", "open"]);
    const request: IncomingMessage = (await accepted)[1];
    assert.ok(request.socket instanceof TLSSocket);
    assert.equal(Reflect.get(request.socket, "servername"), "localhost");
  });

  test(`${client}: https: for wss:, and no name of an IP address to TLS`, async (t) => {
    const server = createSecureServer(selfSigned);
    const accepted = once(await serve(t, server), "connection");
    await told(t, open(`https://127.0.0.1:${portOf(server)}`, [], { ca: selfSigned.cert }));
    assert.equal(Reflect.get((await accepted)[1].socket, "servername"), false);
  });

  const lookup: ClientOptions["lookup"] = (_host, { all }, callback) => {
    if (all) callback(null, [{ address: "127.0.0.1", family: 4 }]);
    else callback(null, "127.0.0.1", 4);
  };
  const untrusted: [name: string, host: string, options: ClientOptions, text: RegExp][] = [
    ["signed by nobody that is known", "localhost", { family: 4 }, /self-signed certificate/],
    ["of another host", "wrong.example", { ca: selfSigned.cert, lookup }, /does not match certificate's altnames/],
    [
      "of another host than the name that is asked for",
      "localhost",
      { ca: selfSigned.cert, family: 4, servername: "wrong.example" },
      /does not match certificate's altnames/,
    ],
  ];

  for (const [name, host, options, text] of untrusted) {
    test(`${client}: TLS to a server with a certificate ${name} fails, unless that is allowed`, async (t) => {
      const server = createSecureServer(selfSigned);
      await serve(t, server);
      const url = `wss://${host}:${portOf(server)}`;
      const [error, close] = await told(t, open(url, [], options));
      assert.match(error ?? "", text);
      assert.equal(close, "close 1006 in state 3");
      const log = await told(t, open(url, [], { ...options, rejectUnauthorized: false }));
      assert.deepEqual(log, ["upgrade 101", "open"]);
    });
  }

  test(`${client}: TLS to a server without fails`, async (t) => {
    const server = createServer();
    await serve(t, server);
    const [error, close] = await told(t, open(`wss://127.0.0.1:${portOf(server)}`, [], { ca: selfSigned.cert }));
    assert.match(error ?? "", /^error in state 2: /);
    assert.equal(close, "close 1006 in state 3");
  });

  test(`${client}: a local socket, with and without a path`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "anywire-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "socket");
    const wss = await serve(t, createServer(), path);
    for (const [suffix, target] of [
      ["", "/"],
      [":/a?b=c:d", "/a?b=c:d"],
    ]) {
      const accepted = once(wss, "connection");
      const socket = open(`ws+unix:${path}${suffix}`);
      assert.deepEqual(await told(t, socket), ["upgrade 101", "open"]);
      const request: IncomingMessage = (await accepted)[1];
      assert.deepEqual([request.url, request.headers.host], [target, "localhost"]);
    }
  });

  test(`${client}: an agent makes the connection, and is left by it`, async (t) => {
    const port = await answering(t, (head) => opens(head));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    for (let n = 0; n < 3; n++) {
      const log = await told(t, open(`ws://127.0.0.1:${port}`, [], { agent }));
      assert.deepEqual(log, ["upgrade 101", "open"]); // the next one need not wait for this
    }
  });

  test(`${client}: the program's createConnection gets the options and makes the connection`, async (t) => {
    const port = await answering(t, (head) => opens(head));
    const given: unknown[] = [];
    const options: ClientOptions = {
      localAddress: "127.0.0.1",
      createConnection: (made) => {
        given.push(made.host, made.port, made.localAddress, made.path);
        return connect(port, "127.0.0.1");
      },
    };
    const log = await told(t, open("ws://a.example/b", [], options));
    assert.deepEqual(log, ["upgrade 101", "open"]);
    assert.deepEqual(given, ["a.example", 80, "127.0.0.1", undefined]);
  });

  test(`${client}: finishRequest gets the request and the socket, and sends it`, async (t) => {
    let seen = "";
    const port = await answering(t, (head) => {
      seen = head;
      return opens(head);
    });
    const given: unknown[] = [];
    const finishRequest = (request: ClientRequest, socket: unknown): void => {
      given.push(socket);
      request.setHeader("X-Late", "1");
      request.end();
    };
    const socket = open(`ws://127.0.0.1:${port}`, [], { finishRequest });
    assert.deepEqual(given, [socket]);
    await told(t, socket);
    assert.match(seen, /\r\nX-Late: 1\r\n/);
  });

  test(`${client}: a signal that is aborted fails the connection`, async (t) => {
    const port = await answering(t, () => "");
    const controller = new AbortController();
    const log = told(t, open(`ws://127.0.0.1:${port}`, [], { signal: controller.signal }));
    controller.abort();
    assert.deepEqual(await log, ["error in state 2: The operation was aborted", "close 1006 in state 3"]);
  });
}

test("an IPv6 address is connected to without its brackets", async (t) => {
  let host: unknown;
  const port = await answering(t, (head) => opens(head));
  const createConnection: ClientOptions["createConnection"] = (made) => {
    host = made.host;
    return connect(port, "127.0.0.1");
  };
  await told(t, ours("ws://[::1]:8080/", [], { createConnection }));
  assert.equal(host, "::1");
});

test("giving up after the whole answer leaves no connection open without an agent, and an agent's alone", async (t) => {
  const server = createServer((_request, response) => response.end());
  server.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const agent = new Agent({ keepAlive: true });
  t.after(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  for (const [given, left] of [
    [undefined, true],
    [agent, false],
  ] as const) {
    const socket = ours(`ws://127.0.0.1:${portOf(server)}`, [], { agent: given });
    const [request, response]: [ClientRequest, IncomingMessage] = await new Promise((resolve) => {
      socket.on("unexpected-response", (...both: [ClientRequest, IncomingMessage]) => resolve(both));
    });
    response.resume();
    await once(request, "close");
    const closed = new Promise((resolve) => socket.on("error", () => {}).on("close", resolve));
    socket.terminate();
    await closed;
    assert.equal(request.socket?.destroyed, left);
  }
});
