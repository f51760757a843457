/** class WebSocket from its constructor to `open`, or to what keeps it from opening. */

import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer } from "node:https";
import type { Socket } from "node:net";
import { test } from "node:test";
import { WebSocket } from "@anywire/websocket/web";
import { WebSocketServer } from "ws";
import { selfSigned } from "../../../../scripts/test/self-signed.ts";
import { deferred } from "../messages.ts";
import { portOf } from "../served.ts";
import { acceptance, connect, connected, failed, next, serve, serveEcho, serveRaw, story } from "./peers.ts";

test("the URL is as it was parsed, from a text or an object", async (t) => {
  const { url } = await serve(t);
  assert.equal(connect(t, url.replace("ws:", "WS:").slice(0, -1)).url, url);
  assert.equal(connect(t, new URL("a b?c", url)).url, `${url}a%20b?c`);
  assert.equal(connect(t, url.replace("ws:", "http:")).url, url);
  assert.equal(connect(t, url.replace("ws:", "https:")).url, url.replace("ws:", "wss:"));
});

const notTexts: unknown[] = [Symbol("x"), { toString: () => ({}), valueOf: () => ({}) }];

test("what is no text is a TypeError, what is no URL or no subprotocol a SyntaxError", () => {
  for (const value of notTexts) {
    assert.throws(() => Reflect.construct(WebSocket, [value]), TypeError);
    assert.throws(() => Reflect.construct(WebSocket, ["ws://localhost/", value]), TypeError);
    assert.throws(() => Reflect.construct(WebSocket, ["ws://localhost/", [value]]), TypeError);
  }
  for (const given of [
    [""],
    ["/echo"],
    ["ws://localhost/", "a b"],
    ["ws://localhost/", {}],
    ["ws://localhost/", ["a", "a"]],
  ]) {
    assert.throws(() => Reflect.construct(WebSocket, given), {
      constructor: DOMException,
      name: "SyntaxError",
      code: 12,
    });
  }
});

const protocolLists: [given: unknown, sent: string | undefined][] = [
  [undefined, undefined],
  [[], undefined],
  ["chat", "chat"],
  [null, "null"],
  [["chat", "superchat"], "chat,superchat"],
  [new Set(["chat", 7]), "chat,7"],
];

for (const [given, sent] of protocolLists) {
  test(`${sent ?? "no subprotocol"} is asked for, and the first is chosen`, async (t) => {
    const { url, wss } = await serve(t);
    const asked = once(wss, "connection");
    const socket: WebSocket = Reflect.construct(WebSocket, [url, given]);
    assert.equal(socket.protocol, "");
    await next(socket, "open");
    const [, request] = await asked;
    assert.equal(request.headers["sec-websocket-protocol"], sent);
    assert.equal(socket.protocol, sent?.split(",")[0] ?? "");
    socket.close();
  });
}

test("the request is that of a browser without a page", async (t) => {
  const { url, wss } = await serve(t);
  const asked = once(wss, "connection");
  await connected(t, `${url}a/b?c=d`.replace("ws://", "ws://user:pass%20word@"));
  const [, { url: path, headers }] = await asked;
  assert.equal(path, "/a/b?c=d");
  assert.deepEqual(
    { ...headers, "sec-websocket-key": "" },
    {
      host: new URL(url).host,
      upgrade: "websocket",
      connection: "Upgrade",
      "sec-websocket-key": "",
      "sec-websocket-version": "13",
      "sec-websocket-extensions": "permessage-deflate; client_max_window_bits",
      authorization: `Basic ${btoa("user:pass word")}`,
    },
  );
});

test("extensions says what was agreed on, and is empty until then", async (t) => {
  const { url } = await serve(t, { perMessageDeflate: true });
  const socket = connect(t, url);
  assert.equal(socket.extensions, "");
  await next(socket, "open");
  assert.equal(socket.extensions, "permessage-deflate");
  const plain = await connected(t, (await serve(t)).url);
  assert.equal(plain.extensions, "");
});

const failures: [name: string, answer: (request: string) => string, protocols?: string[]][] = [
  ["404", () => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"],
  ["401", () => "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"],
  ["200", () => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"],
  ["a redirect", () => "HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"],
  ["no HTTP at all", () => "220 mail.example ESMTP\r\n"],
  ["a wrong accept key", () => acceptance("Sec-WebSocket-Key: wrong\r\n")],
  ["no Upgrade", (request) => acceptance(request).replace("Upgrade: websocket\r\n", "")],
  ["a subprotocol that was not asked for", (request) => acceptance(request, ["Sec-WebSocket-Protocol: chat"])],
  [
    "a subprotocol that differs in its case",
    (request) => acceptance(request, ["Sec-WebSocket-Protocol: Chat"]),
    ["chat"],
  ],
  ["no subprotocol, though one was asked for", (request) => acceptance(request), ["chat"]],
  ["an extension that was not asked for", (request) => acceptance(request, ["Sec-WebSocket-Extensions: x-mine"])],
];

for (const [name, answer, protocols] of failures) {
  test(`${name} as the answer: an error event and a close event that say nothing more`, async (t) => {
    const url = await serveRaw(t, (peer, request) => peer.end(answer(request), "latin1"));
    const socket = connect(t, url, protocols);
    const error = next(socket, "error");
    assert.deepEqual(await story(socket), ["error", failed]);
    const event = await error;
    assert.equal(Object.getPrototypeOf(event), Event.prototype);
    assert.equal(socket.readyState, WebSocket.CLOSED);
  });
}

test("a server that is not there fails like one that refuses", async (t) => {
  const { url, wss } = await serve(t);
  await new Promise((resolve) => wss.close(resolve));
  assert.deepEqual(await story(connect(t, url)), ["error", failed]);
});

test("why it failed is told to who watches the process", async (t) => {
  const url = await serveRaw(t, (peer) => peer.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
  const told: unknown[] = [];
  const listen = (message: unknown): unknown => told.push(message);
  subscribe("anywire:websocket:error", listen);
  t.after(() => unsubscribe("anywire:websocket:error", listen));
  const socket = connect(t, url);
  await next(socket, "close");
  assert.deepEqual(told, [{ socket, error: new Error("Unexpected server response: 404") }]);
});

test("a port of another protocol fails, but not inside the constructor", async (t) => {
  const socket = connect(t, "ws://127.0.0.1:25/");
  assert.equal(socket.readyState, WebSocket.CONNECTING);
  const error = next(socket, "error").then(() => socket.readyState);
  assert.deepEqual(await story(socket), ["error", failed]);
  assert.equal(await error, WebSocket.CLOSED);
});

test("one connects at a time to a host and port, the next when the one before is open or has failed", async (t) => {
  const waiting: [Socket, string][] = [];
  let noticed = (): void => {};
  const url = await serveRaw(t, (peer, request) => {
    waiting.push([peer, request]);
    noticed();
  });
  const asked = (): Promise<void> =>
    new Promise((resolve) => {
      noticed = resolve;
    });
  const first = asked();
  const sockets = [connect(t, `${url}1`), connect(t, `${url}2`), connect(t, `${url}3`), connect(t, `${url}4`)];
  const opened = sockets.map((socket) => next(socket, "open"));
  const closed = sockets.map((socket) => next(socket, "close"));
  const paths = (): (string | undefined)[] => waiting.map(([, request]) => request.split(" ")[1]);
  await first;
  assert.deepEqual(paths(), ["/1"]);
  const second = asked();
  waiting[0]?.[0].write(acceptance(waiting[0][1]));
  await Promise.all([opened[0], second]);
  assert.deepEqual(paths(), ["/1", "/2"]);
  sockets[2]?.close(); // it never began
  await closed[2];
  const fourth = asked();
  waiting[1]?.[0].destroy();
  await Promise.all([closed[1], fourth]);
  assert.deepEqual(paths(), ["/1", "/2", "/4"]);
});

test("who gives up while waiting never asks, even if its turn comes at that moment", async (t) => {
  const asked: string[] = [];
  const began = deferred();
  const url = await serveRaw(t, (_peer, request) => {
    asked.push(request.split(" ")[1] ?? "");
    began.resolve();
  });
  const sockets = ["1", "2", "3"].map((path) => connect(t, url + path));
  const closed = sockets.map((socket) => next(socket, "close"));
  await began.promise;
  for (const socket of sockets.reverse()) socket.close();
  await Promise.all(closed);
  assert.deepEqual(asked, ["/1"]);
});

test("another host or port need not wait", async (t) => {
  const silent = await serveRaw(t, () => {});
  connect(t, silent);
  await connected(t, (await serve(t)).url);
});

test("wss opens where the certificate is trusted, and fails without a word where it is not", async (t) => {
  const server = createServer(selfSigned);
  const wss = new WebSocketServer({ server });
  t.after(() => {
    for (const peer of wss.clients) peer.terminate();
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `wss://127.0.0.1:${portOf(server)}/`;
  assert.deepEqual(await story(connect(t, url)), ["error", failed]);
  const { NODE_TLS_REJECT_UNAUTHORIZED: before = "1" } = process.env;
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  t.after(() => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
  });
  const socket = await connected(t, url);
  assert.equal(socket.url, url);
});

test("messages that come with the answer are not lost", async (t) => {
  const url = await serveRaw(t, (peer, request) =>
    peer.end(Buffer.concat([Buffer.from(acceptance(request)), Buffer.of(0x81, 1, 0x61, 0x81, 1, 0x62, 0x88, 0)])),
  );
  assert.deepEqual(await story(connect(t, url)), ["open", "a", "b", { code: 1005, reason: "", wasClean: true }]);
});

test("an echo server is spoken to with and without compression", async (t) => {
  for (const perMessageDeflate of [true, false]) {
    const socket = await connected(t, (await serveEcho(t, { perMessageDeflate })).url);
    const text = "compress me ".repeat(1000);
    socket.send(text);
    assert.equal((await next(socket, "message")).data, text);
  }
});
