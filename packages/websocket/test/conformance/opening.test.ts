/** The opening handshake, RFC 6455 §4: a row for each rule, on both sides, and each cut at every place. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { WebSocket, WebSocketServer } from "@anywire/websocket";
import { portOf, requestLines, requestOf } from "../served.ts";
import { answerTo } from "./side.ts";
import { bytesOn, close, readFrames, sayFrame, text, Wire } from "./wire.ts";

const timeout = 30_000;
const head = (line: string): string => line.split(/[: ]/, 1)[0] ?? "";
const without = (name: string): string[] => requestLines.filter((line) => head(line) !== name);
const instead = (line: string): string[] => requestLines.map((each) => (head(each) === head(line) ? line : each));
const and = (...lines: string[]): string[] => [...requestLines, ...lines];
const key = "dGhlIHNhbXBsZSBub25jZQ==";

const requests: [rule: string, lines: string[], status: number, answer?: RegExp][] = [
  ["the request of the RFC (§1.2)", requestLines, 101, /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/],
  [
    "names and tokens in any case (§4.2.1)",
    requestLines.map((line) => line.replace(/^[A-Z][\w-]*:/, (name) => name.toUpperCase())),
    101,
  ],
  ["Upgrade in any case (§4.2.1, 3)", instead("Upgrade: WebSocket"), 101],
  ["Connection as a list (§4.2.1, 4)", instead("Connection: keep-alive, Upgrade"), 101],
  ["any resource name (§3)", instead("GET /a/b?c=d%20e HTTP/1.1"), 101],
  ["an Origin (§4.2.1, 7)", and("Origin: http://example.com"), 101],
  ["cookies and other headers (§4.2.1, 10)", and("Cookie: a=1", "Authorization: Basic eA==", "X-Other: 1"), 101],
  [
    "subprotocols: the first is chosen (§4.2.2, 5)",
    and("Sec-WebSocket-Protocol: chat, superchat"),
    101,
    /\r\nSec-WebSocket-Protocol: chat\r\n/,
  ],
  [
    "an extension that nobody speaks (§9.1)",
    and("Sec-WebSocket-Extensions: x-fast; a=1"),
    101,
    /^(?![\s\S]*Extensions)/,
  ],
  ["an empty line before the request (RFC 9112 §2.2)", ["", ...requestLines], 101],
  ["POST (§4.2.1, 1)", instead("POST / HTTP/1.1").with(0, "POST / HTTP/1.1"), 405],
  ["HTTP/1.0 (§4.2.1, 1)", requestLines.with(0, "GET / HTTP/1.0"), 400],
  ["no Host (§4.2.1, 2)", without("Host"), 400],
  ["an empty Host (§4.2.1, 2)", instead("Host:"), 400],
  ["two Hosts (§4.2.1, 2)", and("Host: localhost"), 400],
  ["another Upgrade (§4.2.1, 3)", instead("Upgrade: h2c"), 400],
  ["no key (§4.2.1, 5)", without("Sec-WebSocket-Key"), 400],
  ["a key of 15 bytes (§4.2.1, 5)", instead("Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1"), 400],
  ["a key of 17 bytes (§4.2.1, 5)", instead("Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Njc="), 400],
  ["a key that is no base64 (§4.2.1, 5)", instead(`Sec-WebSocket-Key: ${key.replace("Z", "?")}`), 400],
  ["two keys (§11.3.1)", and(`Sec-WebSocket-Key: ${key}`), 400],
  ["no version (§4.2.1, 6)", without("Sec-WebSocket-Version"), 400, /\r\nSec-WebSocket-Version: 13, 8\r\n/],
  [
    "version 12: the answer names what is spoken (§4.4)",
    instead("Sec-WebSocket-Version: 12"),
    400,
    /\r\nSec-WebSocket-Version: 13, 8\r\n/,
  ],
  ["version 013 (§4.1, 9)", instead("Sec-WebSocket-Version: 013"), 400],
  ["two versions (§11.3.5)", and("Sec-WebSocket-Version: 13"), 400],
  ["a subprotocol that is no token (§4.1, 10)", and("Sec-WebSocket-Protocol: a b"), 400],
  ["a subprotocol twice (§4.1, 10)", and("Sec-WebSocket-Protocol: a, a"), 400],
];

interface Judged {
  readonly port: number;
  /** What the program was told of the connection that this wire made. */
  readonly stream: (wire: Wire) => Promise<Socket>;
}

/** A server of ours that echoes; its streams can be looked at. */
async function judged(t: TestContext): Promise<Judged> {
  const http = createHttpServer();
  const wss = new WebSocketServer({ server: http });
  wss.on("connection", (socket) => socket.on("message", (data, binary) => socket.send(data, { binary })));
  const streams = new Map<number | undefined, Socket>();
  http.on("connection", (socket) => streams.set(socket.remotePort, socket));
  http.listen(0, "127.0.0.1");
  t.after(() => http.close());
  await once(http, "listening");
  const stream = async ({ socket }: Wire): Promise<Socket> => {
    for (;;) {
      const found = streams.get(socket.localPort);
      if (found !== undefined) return found;
      await turn();
    }
  };
  return { port: portOf(http), stream };
}

/** In two pieces: the second when the first was read. */
async function writeCut(wire: Wire, stream: Socket, [bytes, cut]: readonly [Buffer, number]): Promise<void> {
  wire.socket.write(bytes.subarray(0, cut));
  while (stream.bytesRead < cut && !stream.destroyed) await turn();
  wire.socket.write(bytes.subarray(cut));
}

const frames = [text("early"), close(1000)];
const everyPlace = (bytes: Buffer): number[] => Array.from({ length: bytes.length }, (_, at) => at);
const fewPlaces = (bytes: Buffer): number[] => [0, 2, bytes.length >> 1, bytes.length - 3, bytes.length - 1];

for (const [at, [rule, lines, status, wanted = /^/]] of requests.entries()) {
  test(`a server answers ${rule} with ${status}`, { timeout }, async (t) => {
    const { port, stream } = await judged(t);
    const bytes = Buffer.concat([Buffer.from(requestOf(lines)), ...(status === 101 ? [bytesOn(true, frames)] : [])]);
    for (const cut of at === 0 ? everyPlace(bytes) : fewPlaces(bytes)) {
      const wire = new Wire(connect(port, "127.0.0.1"));
      await once(wire.socket, "connect");
      await writeCut(wire, await stream(wire), [bytes, cut]);
      const answer = await wire.head();
      assert.ok(answer.startsWith(`HTTP/1.1 ${status} `), answer);
      assert.match(answer, wanted);
      const rest = await wire.all();
      if (status === 101) assert.deepEqual(readFrames(rest, false).map(sayFrame), ["text early", "close 1000 "]);
    }
  });
}

const line = (answer: string, name: string, value: string): string =>
  answer.replace(new RegExp(`^${name}: .*$`, "m"), value === "" ? "X-None: 1" : `${name}: ${value}`);
const more = (answer: string, header: string): string => answer.replace("\r\n\r\n", `\r\n${header}\r\n\r\n`);
const status = (answer: string, first: string): string => answer.replace(/^HTTP.*$/m, first);

/** `asks`: the subprotocols of the client. Without an error the connection opens. */
const answers: [rule: string, change: (answer: string) => string, asks: string[], error?: string | RegExp][] = [
  ["the answer of the RFC (§1.2)", (answer) => answer, []],
  ["Upgrade in any case (§4.1, 2)", (answer) => line(answer, "Upgrade", "WEBSOCKET"), []],
  ["Connection as a list (§4.1, 3)", (answer) => line(answer, "Connection", "x, upgrade"), []],
  [
    "another text of the status (§4.1, 1)",
    (answer) => status(answer, "HTTP/1.1 101 Web Socket Protocol Handshake"),
    [],
  ],
  ["a subprotocol that was asked for (§4.1, 6)", (answer) => more(answer, "Sec-WebSocket-Protocol: b"), ["a", "b"]],
  [
    "compression without parameters (RFC 7692 §5.1)",
    (answer) => more(answer, "Sec-WebSocket-Extensions: permessage-deflate"),
    [],
  ],
  ["status 200 (§4.1, 1)", (answer) => status(answer, "HTTP/1.1 200 OK"), [], "Unexpected server response: 200"],
  ["status 404 (§4.1, 1)", (answer) => status(answer, "HTTP/1.1 404 Not Found"), [], "Unexpected server response: 404"],
  [
    "status 302 (§4.1, 1)",
    (answer) => more(status(answer, "HTTP/1.1 302 Found"), "Location: /x"),
    [],
    "Unexpected server response: 302",
  ],
  ["another Upgrade (§4.1, 2)", (answer) => line(answer, "Upgrade", "h2c"), [], "Invalid Upgrade header"],
  [
    "no accept (§4.1, 4)",
    (answer) => line(answer, "Sec-WebSocket-Accept", ""),
    [],
    "Invalid Sec-WebSocket-Accept header",
  ],
  [
    "another accept (§4.1, 4)",
    (answer) => line(answer, "Sec-WebSocket-Accept", key),
    [],
    "Invalid Sec-WebSocket-Accept header",
  ],
  [
    "an extension that was not asked for (§4.1, 5)",
    (answer) => more(answer, "Sec-WebSocket-Extensions: x-fast"),
    [],
    "Server indicated an extension that was not requested",
  ],
  [
    "no list of extensions (§9.1)",
    (answer) => more(answer, "Sec-WebSocket-Extensions: ;"),
    [],
    "Invalid Sec-WebSocket-Extensions header",
  ],
  [
    "compression twice (§9.1)",
    (answer) => more(answer, "Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate"),
    [],
    "Invalid Sec-WebSocket-Extensions header",
  ],
  [
    "a parameter that is none (RFC 7692 §7.1)",
    (answer) => more(answer, "Sec-WebSocket-Extensions: permessage-deflate; fast"),
    [],
    "Invalid Sec-WebSocket-Extensions header",
  ],
  [
    "a window of 7 bits (RFC 7692 §7.1.2.1)",
    (answer) => more(answer, "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=7"),
    [],
    "Invalid Sec-WebSocket-Extensions header",
  ],
  [
    "a subprotocol, when none was asked for (§4.1, 6)",
    (answer) => more(answer, "Sec-WebSocket-Protocol: a"),
    [],
    "Server sent a subprotocol but none was requested",
  ],
  [
    "another subprotocol (§4.1, 6)",
    (answer) => more(answer, "Sec-WebSocket-Protocol: c"),
    ["a", "b"],
    "Server sent an invalid subprotocol",
  ],
  [
    "two subprotocols (§11.3.4)",
    (answer) => more(answer, "Sec-WebSocket-Protocol: a, b"),
    ["a", "b"],
    "Server sent an invalid subprotocol",
  ],
  ["what is no HTTP (§4.1)", () => "SSH-2.0-Server\r\n\r\n\r\n", [], /^Parse Error/],
];

for (const [at, [rule, change, asks, error]] of answers.entries()) {
  test(`a client ${error === undefined ? "opens with" : "fails with"} ${rule}`, { timeout }, async (t) => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    t.after(() => server.close());
    await once(server, "listening");
    const length = Buffer.byteLength(change(answerTo("", undefined)));
    const whole = Buffer.concat([Buffer.alloc(length), bytesOn(false, frames)]);
    for (const cut of at === 0 ? everyPlace(whole) : fewPlaces(whole)) {
      const come = once(server, "connection");
      const told: string[] = [];
      const client = new WebSocket(`ws://127.0.0.1:${portOf(server)}/`, asks);
      client.on("open", () => told.push("open"));
      client.on("message", (data: Buffer) => told.push(`message ${data}`));
      client.on("error", (reason) => told.push(reason.message));
      const closed = new Promise((resolve) => client.on("close", resolve));
      const [socket] = (await come) as [Socket];
      const wire = new Wire(socket);
      const answer = Buffer.concat([
        Buffer.from(change(answerTo(await wire.head(), undefined))),
        bytesOn(false, frames),
      ]);
      const request: unknown = Reflect.get(client, "_req");
      const stream: unknown = typeof request === "object" && request !== null && Reflect.get(request, "socket");
      await writeCut(wire, stream as Socket, [answer, cut]);
      await closed;
      socket.destroy();
      if (error === undefined) assert.deepEqual(told, ["open", "message early"]);
      else if (typeof error === "string") assert.deepEqual(told, [error]);
      else assert.match(told.join(), error);
    }
  });
}

test("each request has a key of its own, of 16 bytes, and says all that it must (§4.1)", async (t) => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const keys = new Set<string>();
  for (let n = 0; n < 20; n++) {
    const come = once(server, "connection");
    const client = new WebSocket(`ws://localhost:${portOf(server)}/path?query`, ["a", "b"]);
    client.on("error", () => {});
    const [socket] = (await come) as [Socket];
    const lines = (await new Wire(socket).head()).split("\r\n");
    const key = lines.find((each) => each.startsWith("Sec-WebSocket-Key: "))?.slice(19) ?? "";
    assert.equal(Buffer.from(key, "base64").length, 16);
    keys.add(key);
    assert.equal(lines[0], "GET /path?query HTTP/1.1");
    for (const each of [
      `Host: localhost:${portOf(server)}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Protocol: a,b",
      "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
    ]) {
      assert.ok(lines.includes(each), each);
    }
    client.terminate();
    socket.destroy();
  }
  assert.equal(keys.size, 20);
});
