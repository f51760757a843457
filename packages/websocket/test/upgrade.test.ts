/** Upgrade requests on the wire: the answer, subprotocols, bad ones, and what comes right behind them. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import { HandshakeError, type ServerOptions, WebSocketServer } from "@anywire/websocket";
import { clientFrame, serverFrame, text } from "./frames.ts";
import { answerTo, listen, openPeer, RawPeer, requestLines, requestOf, serve } from "./served.ts";

test("the answer to the handshake is that of the RFC", async (t) => {
  const { port } = await serve(t);
  const peer = await RawPeer.connect(t, port);
  peer.socket.write(requestOf());
  const answer = (await peer.until((bytes) => bytes.includes("\r\n\r\n"))).toString("latin1");
  assert.deepEqual(answer.split("\r\n"), [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    "",
    "",
  ]);
});

const choices: [name: string, choose: ServerOptions["handleProtocols"], agreed: string | undefined][] = [
  ["the first that was offered, without a choice", undefined, "b"],
  ["the one that was chosen", (offered) => [...offered].sort()[0] ?? false, "a"],
  ["none", () => false, undefined],
];

for (const [name, handleProtocols, agreed] of choices) {
  test(`agrees on ${name}`, async (t) => {
    const served = await serve(t, { handleProtocols });
    const accepted = served.accepted();
    const peer = await RawPeer.connect(t, served.port);
    peer.socket.write(requestOf([...requestLines, "Sec-WebSocket-Protocol: b, a"]));
    const answer = (await peer.until((bytes) => bytes.includes("\r\n\r\n"))).toString("latin1");
    assert.equal(/\r\nSec-WebSocket-Protocol: (.*)\r\n/.exec(answer)?.[1], agreed);
    assert.equal((await accepted).protocol, agreed ?? "");
  });
}

test("a choice that would break out of its header is refused at the program's call", async (t) => {
  const wss = new WebSocketServer({ noServer: true, handleProtocols: () => "a\r\nSet-Cookie: x=1" });
  const http = createServer();
  const told = new Promise((resolve) => {
    http.on("upgrade", (request, socket, head) => {
      assert.throws(() => wss.handleUpgrade(request, socket, head, assert.fail), /must return a token/);
      socket.end();
      resolve(undefined);
    });
  });
  const port = await listen(t, http);
  const peer = await RawPeer.connect(t, port);
  peer.socket.write(requestOf([...requestLines, "Sec-WebSocket-Protocol: a"]));
  await told;
  assert.equal((await peer.all()).length, 0);
});

const without = (name: string): string[] => requestLines.filter((line) => !line.startsWith(`${name}:`));

const refusals: [name: string, lines: string[], status: number, header?: RegExp][] = [
  ["POST", ["POST / HTTP/1.1", ...requestLines.slice(1)], 405, /\r\nAllow: GET\r\n/],
  ["HTTP/1.0", ["GET / HTTP/1.0", ...requestLines.slice(1)], 400],
  ["no Host", without("Host"), 400],
  ["Host twice", [...requestLines, "Host: other"], 400],
  ["no key", without("Sec-WebSocket-Key"), 400],
  ["a short key", [...without("Sec-WebSocket-Key"), "Sec-WebSocket-Key: AAAA"], 400],
  ["no version", without("Sec-WebSocket-Version"), 400, /\r\nSec-WebSocket-Version: 13, 8\r\n/],
  [
    "version 12",
    [...without("Sec-WebSocket-Version"), "Sec-WebSocket-Version: 12"],
    400,
    /\r\nSec-WebSocket-Version: 13, 8\r\n/,
  ],
  ["another protocol", [...without("Upgrade"), "Upgrade: h2c"], 400],
  ["a bad subprotocol", [...requestLines, "Sec-WebSocket-Protocol: a,,b"], 400],
  ["a subprotocol of 12,000 blanks", [...requestLines, `Sec-WebSocket-Protocol: a${" ".repeat(12_000)}b`], 400],
];

for (const [name, lines, status, header] of refusals) {
  test(`answers ${name} with ${status}, and lives`, async (t) => {
    const served = await serve(t);
    served.wss.on("connection", assert.fail);
    const answer = await answerTo(t, served.port, requestOf(lines));
    assert.ok(answer.startsWith(`HTTP/1.1 ${status} `), answer);
    if (header !== undefined) assert.match(answer, header);
    served.wss.off("connection", assert.fail);
    await openPeer(t, served);
  });
}

test("whoever listens to wsClientError answers the bad handshake", async (t) => {
  const { wss, port } = await serve(t);
  wss.on("wsClientError", (error: HandshakeError, socket: Duplex, request: IncomingMessage) => {
    assert.ok(error instanceof HandshakeError);
    socket.end(`HTTP/1.1 ${error.status} Own\r\nConnection: close\r\n\r\n${request.method} ${error.headers.Allow}`);
  });
  const answer = await answerTo(t, port, requestOf(["POST / HTTP/1.1", ...requestLines.slice(1)]));
  assert.match(answer, /^HTTP\/1\.1 405 Own[\s\S]*POST GET$/);
});

test("a client that is gone before its handshake is answered leaves nothing behind", async (t) => {
  const wss = new WebSocketServer({ noServer: true });
  const http = createServer();
  const upgraded = once(http, "upgrade");
  const port = await listen(t, http);
  const peer = await RawPeer.connect(t, port);
  peer.socket.write(requestOf());
  const [request, socket, head] = (await upgraded) as [IncomingMessage, Duplex, Buffer];
  socket.on("error", () => {});
  const gone = new Promise((resolve) => socket.once("close", resolve));
  peer.socket.resetAndDestroy();
  socket.resume();
  await gone;
  wss.handleUpgrade(request, socket, head, assert.fail);
  assert.equal(wss.clients.size, 0);
});

test("messages in the packet of the handshake reach listeners that the connection callback attaches", async (t) => {
  const served = await serve(t);
  const got = new Promise<string[]>((resolve) => {
    served.wss.on("connection", (socket) => {
      const list: string[] = [];
      socket.on("message", (data) => {
        list.push(data.toString());
        if (list.length === 2) resolve(list);
      });
    });
  });
  const behind = Buffer.concat([clientFrame(text, "first"), clientFrame(text, "second")]);
  await RawPeer.open(t, served.port, behind);
  assert.deepEqual(await got, ["first", "second"]);
});

test("a bad frame in the packet of the handshake is closed with 1002, though nobody listens for errors", async (t) => {
  const served = await serve(t);
  const peer = await RawPeer.open(t, served.port, serverFrame(text, "no mask"));
  assert.deepEqual(await peer.all(), Buffer.from([0x88, 2, 3, 234]));
  await openPeer(t, served);
});
