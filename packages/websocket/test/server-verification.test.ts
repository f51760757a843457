/** verifyClient and authorize: who is let in, what the others are told, and what happens while the program thinks. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { type ServerOptions, WebSocketServer } from "@anywire/websocket";
import Peer from "ws";
import { clientFrame, text } from "./frames.ts";
import { deferred } from "./messages.ts";
import { answerTo, listen, RawPeer, requestOf, serve } from "./served.ts";

type Authorize = NonNullable<ServerOptions["authorize"]>;

/** What the types forbid, and JavaScript does not. */
const untyped = (answer: unknown): Authorize => (() => answer) as Authorize;

const verdicts: [name: string, authorize: Authorize, answer: RegExp, error?: RegExp][] = [
  ["nothing", () => {}, /^HTTP\/1.1 101 /],
  ["a promise of nothing", async () => {}, /^HTTP\/1.1 101 /],
  ["a status", () => ({ status: 403 }), /^HTTP\/1.1 403 Forbidden\r\nConnection: close\r\n[\s\S]*\r\n\r\nForbidden$/],
  ["a promise of a status", async () => ({ status: 404 }), /^HTTP\/1.1 404 Not Found\r\n/],
  [
    "a status, headers and a body",
    () => ({ status: 401, headers: { "WWW-Authenticate": "Basic", "content-type": "text/plain" }, body: "Wer da?" }),
    /^HTTP\/1.1 401 Unauthorized\r\nConnection: close\r\ncontent-type: text\/plain\r\nContent-Length: 7\r\nWWW-Authenticate: Basic\r\n\r\nWer da\?$/,
  ],
  [
    "a header of several lines, and one of none",
    () => ({ status: 302, headers: { Location: "/in", "Set-Cookie": ["a=1", "b=2"], "X-None": undefined } }),
    /Content-Length: 5\r\nLocation: \/in\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nFound$/,
  ],
  ["a status without a name", () => ({ status: 499 }), /^HTTP\/1.1 499 \r\n/],
  ["what it throws", () => assert.fail("db down"), /^HTTP\/1.1 500 Internal/, /db down/],
  ["a promise that fails", async () => assert.fail("db down"), /^HTTP\/1.1 500 /, /db down/],
  ["a failure that is no error", () => Promise.reject("oh"), /^HTTP\/1.1 500 /, /oh/],
  ["false", untyped(false), /^HTTP\/1.1 500 /, /"authorize" must be/],
  ["true", untyped(true), /^HTTP\/1.1 500 /, /"authorize" must be/],
  ["a promise of null", untyped(Promise.resolve(null)), /^HTTP\/1.1 500 /, /"authorize" must be/],
  ["a refusal without a status", untyped({ code: 403 }), /^HTTP\/1.1 500 /, /"authorize" must be/],
  ["a status that is no end", () => ({ status: 101 }), /^HTTP\/1.1 500 /, /Invalid status/],
  ["a status of four digits", () => ({ status: 4000 }), /^HTTP\/1.1 500 /, /Invalid status/],
  [
    "a header that breaks out of its line",
    async () => ({ status: 403, headers: { Location: "/\r\nSet-Cookie: a=1" } }),
    /^HTTP\/1.1 500 (?![\s\S]*Set-Cookie)/,
    /Invalid character in header "Location"/,
  ],
  ["a header whose name breaks out", () => ({ status: 403, headers: { "A\r\nB": "" } }), /^HTTP\/1.1 500 /, /Invalid/],
];

for (const [name, authorize, expected, wanted] of verdicts) {
  test(`authorize returns ${name}`, async (t) => {
    const { wss, port } = await serve(t, { authorize });
    const errors: Error[] = [];
    wss.on("error", (error) => errors.push(error));
    const peer = await RawPeer.connect(t, port);
    peer.socket.write(requestOf());
    const head = await peer.until((bytes) => bytes.includes("\r\n\r\n"));
    const answer = head.includes(" 101 ") ? head : await peer.all();
    assert.match(answer.toString("latin1"), expected);
    assert.equal(errors.length, wanted === undefined ? 0 : 1);
    if (wanted !== undefined) assert.match(String(errors[0]), wanted);
  });
}

test("without a listener, a failure of authorize is a warning and not the end", async (t) => {
  const served = await serve(t, { authorize: ({ url }) => (url === "/" ? assert.fail("db down") : undefined) });
  const warned = once(process, "warning");
  assert.match(await answerTo(t, served.port, requestOf()), /^HTTP\/1.1 500 /);
  assert.match(String((await warned)[0]), /db down/);
  const peer = new Peer(`ws://127.0.0.1:${served.port}/in`);
  t.after(() => peer.terminate());
  await once(peer, "open");
});

test("authorize is asked after verifyClient, and only about those whom it lets in", async (t) => {
  const asked: string[] = [];
  const { port } = await serve(t, {
    verifyClient: ({ req }: { req: IncomingMessage }) => {
      asked.push("verifyClient");
      return req.url === "/in";
    },
    authorize: () => {
      asked.push("authorize");
      return { status: 403 };
    },
  });
  assert.match(await answerTo(t, port, requestOf()), /^HTTP\/1.1 401 /);
  assert.deepEqual(asked.splice(0), ["verifyClient"]);
  const answer = await answerTo(t, port, requestOf().replace("GET /", "GET /in"));
  assert.match(answer, /^HTTP\/1.1 403 /);
  assert.deepEqual(asked, ["verifyClient", "authorize"]);
});

test("a bad handshake is refused before the program is asked", async (t) => {
  const { port } = await serve(t, { verifyClient: () => assert.fail("asked"), authorize: () => assert.fail("asked") });
  assert.match(await answerTo(t, port, requestOf().replace("Version: 13", "Version: 9")), /^HTTP\/1.1 400 /);
});

test("a verifyClient that is an async function is waited for", async (t) => {
  const verifyClient = async ({ req }: { req: IncomingMessage }) => req.url === "/in";
  const { wss, port } = await serve(t, { verifyClient: verifyClient as unknown as () => boolean });
  wss.once("connection", assert.fail);
  assert.match(await answerTo(t, port, requestOf()), /^HTTP\/1.1 401 Unauthorized/);
  wss.off("connection", assert.fail);
  const peer = new Peer(`ws://127.0.0.1:${port}/in`);
  t.after(() => peer.terminate());
  await once(peer, "open");
});

interface Patient {
  readonly wss: WebSocketServer;
  readonly port: number;
  /** The first request, and what lets its client in. */
  readonly asked: Promise<[IncomingMessage, admit: () => void]>;
}

/** A server whose `authorize` waits for the test. */
async function patient(t: TestContext): Promise<Patient> {
  let tell: (asked: [IncomingMessage, () => void]) => void = () => {};
  const asked = new Promise<[IncomingMessage, () => void]>((resolve) => {
    tell = resolve;
  });
  const http = createServer();
  const port = await listen(t, http);
  const wss = new WebSocketServer({
    server: http,
    authorize: (request) => new Promise<void>((admit) => tell([request, admit])),
  });
  t.after(() => {
    for (const socket of wss.clients) socket.terminate();
  });
  return { wss, port, asked };
}

test("frames that come while authorize thinks are kept, in order", async (t) => {
  const { wss, port, asked } = await patient(t);
  const got: string[] = [];
  const all = deferred();
  wss.on("connection", (socket) => {
    socket.on("message", (data) => {
      if (got.push(String(data)) === 3) all.resolve();
    });
  });
  const peer = await RawPeer.connect(t, port);
  peer.socket.write(Buffer.concat([Buffer.from(requestOf()), clientFrame(text, "in the head")]));
  const [request, admit] = await asked;
  peer.socket.write(clientFrame(text, "meanwhile"));
  while (request.socket.readableLength === 0) await new Promise(setImmediate);
  admit();
  await peer.until((bytes) => bytes.includes("\r\n\r\n"));
  peer.socket.write(clientFrame(text, "afterwards"));
  await all.promise;
  assert.deepEqual(got, ["in the head", "meanwhile", "afterwards"]);
});

/** The end has come, though nobody has read it. */
const hasEnded = (stream: Duplex): boolean => Reflect.get(Reflect.get(stream, "_readableState"), "ended") === true;

const departures: [name: string, leave: (peer: RawPeer) => void, hasShown: (stream: Duplex) => boolean][] = [
  ["hangs up", (peer) => peer.socket.end(), hasEnded],
  ["is cut off", (peer) => peer.socket.resetAndDestroy(), (stream) => stream.destroyed],
];

for (const [name, leave, hasShown] of departures) {
  test(`a client that ${name} while authorize thinks is let go`, async (t) => {
    const { wss, port, asked } = await patient(t);
    wss.on("connection", assert.fail);
    const peer = await RawPeer.connect(t, port);
    peer.socket.write(requestOf());
    const [{ socket: stream }, admit] = await asked;
    leave(peer);
    while (!hasShown(stream)) await new Promise(setImmediate);
    const closed = stream.closed || once(stream, "close");
    admit();
    await closed;
    assert.equal(wss.clients.size, 0);
  });
}

test("a server that closes while authorize thinks answers 503", async (t) => {
  const { wss, port, asked } = await patient(t);
  const answer = answerTo(t, port, requestOf());
  const [, admit] = await asked;
  wss.close();
  admit();
  assert.match(await answer, /^HTTP\/1.1 503 /);
});

/** As other libraries hand requests out: to be accepted or rejected, now or later. */
class Visitor {
  readonly request: IncomingMessage;
  readonly accept: () => void;
  readonly reject: (status: number, body?: string) => void;

  constructor(request: IncomingMessage, answer: (refusal?: { status: number; body: string | undefined }) => void) {
    this.request = request;
    this.accept = () => answer();
    this.reject = (status, body) => answer({ status, body });
  }
}

test("a program may accept or reject by an object for each request", async (t) => {
  const visitors: Visitor[] = [];
  const { port } = await serve(t, {
    authorize: (request) => new Promise((answer) => visitors.push(new Visitor(request, answer))),
  });
  const bad = answerTo(t, port, requestOf().replace("GET /", "GET /bad"));
  const good = new Peer(`ws://127.0.0.1:${port}/good`);
  t.after(() => good.terminate());
  const opened = once(good, "open");
  while (visitors.length < 2) await new Promise(setImmediate);
  for (const visitor of visitors) {
    if (visitor.request.url === "/good") visitor.accept();
    else visitor.reject(403, "Not you");
  }
  await opened;
  assert.match(await bad, /^HTTP\/1.1 403 [\s\S]*Not you$/);
});

/** A verifyClient as JavaScript may have it. */
function refusing(...refusal: [code: number, message: string | null, headers?: object | null]): ServerOptions {
  const verifyClient = (_info: unknown, say: (...answer: unknown[]) => void): void => say(false, ...refusal);
  return { verifyClient: verifyClient as (info: unknown, say: (verified: boolean) => void) => void };
}

const unwritable: [name: string, options: ServerOptions, line?: string][] = [
  ["a header of verifyClient that breaks out of its line", refusing(403, "", { X: "a\r\nB: c" })],
  ["a status of verifyClient that no HTTP has, but WebSocket's", refusing(4001, "Unauthorized")],
  ["a line of a listener of headers that breaks out", {}, "X: a\nB: c"],
  ["a line with a control character", {}, "X: \0"],
];

for (const [name, options, line] of unwritable) {
  test(`${name} is a 500, an error, and not the end`, async (t) => {
    const { wss, port } = await serve(t, options);
    wss.on("connection", assert.fail);
    wss.on("headers", (lines) => line !== undefined && lines.push(line));
    const failed = once(wss, "error");
    assert.match(await answerTo(t, port, requestOf()), /^HTTP\/1.1 500 Internal Server Error\r\n(?![\s\S]*B: c)/);
    assert.ok((await failed)[0] instanceof TypeError);
  });
}

test("verifyClient may leave the message and the headers out with null", async (t) => {
  const { port } = await serve(t, refusing(403, null, null));
  assert.match(await answerTo(t, port, requestOf()), /^HTTP\/1.1 403 [\s\S]*Forbidden$/);
});

test("a chosen subprotocol that would break out is a TypeError at the program's call", async (t) => {
  const wss = new WebSocketServer({ handleProtocols: () => "a\r\nSet-Cookie: x=1", noServer: true });
  const http = createServer();
  const upgraded = once(http, "upgrade") as Promise<[IncomingMessage, Duplex, Buffer]>;
  const port = await listen(t, http);
  const answer = answerTo(t, port, requestOf().replace("\r\n\r\n", "\r\nSec-WebSocket-Protocol: a\r\n\r\n"));
  const [request, stream, head] = await upgraded;
  assert.throws(() => wss.handleUpgrade(request, stream, head, assert.fail), TypeError);
  stream.end();
  assert.equal(await answer, "");
});

test("text beyond ASCII is written as ws writes it, in UTF-8", async (t) => {
  const served = await serve(t, { authorize: () => ({ status: 403, headers: { "X-Ä": "ō" }, body: "Nö" }) });
  const answer = Buffer.from(await answerTo(t, served.port, requestOf()), "latin1").toString();
  assert.match(answer, /Content-Length: 3\r\nX-Ä: ō\r\n\r\nNö$/);
});

const thoughtful: [name: string, hooks: Partial<ServerOptions>][] = [
  ["authorize", { authorize: () => new Promise<void>(() => {}) }],
  ["verifyClient with a callback", { verifyClient: (_info: unknown, _say: unknown): void => {} }],
];

for (const [name, hooks] of thoughtful) {
  test(`${name} that never decides has its time, then the answer is 503 and the socket ends`, async (t) => {
    const { port } = await serve(t, { ...hooks, handshakeTimeout: 20 });
    assert.match(await answerTo(t, port, requestOf()), /^HTTP\/1.1 503 Service Unavailable\r\nConnection: close\r\n/);
  });
}

test("a decision that comes too late changes nothing", async (t) => {
  const decision = deferred();
  const { wss, port } = await serve(t, { authorize: () => decision.promise, handshakeTimeout: 20 });
  wss.on("connection", () => assert.fail("it was refused"));
  assert.match(await answerTo(t, port, requestOf()), /^HTTP\/1.1 503 /);
  decision.resolve();
  await decision.promise;
  await new Promise(setImmediate);
  assert.equal(wss.clients.size, 0);
});

test("who has left is not waited for", async (t) => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  let asked = (_stream: Duplex): void => {};
  const asking = new Promise<Duplex>((resolve) => {
    asked = resolve;
  });
  const authorize = ({ socket }: IncomingMessage): Promise<void> => {
    asked(socket);
    return new Promise(() => {});
  };
  const { port } = await serve(t, { authorize, handshakeTimeout: 100_000 });
  const before = timers();
  const peer = await RawPeer.connect(t, port);
  peer.socket.write(requestOf());
  const stream = await asking;
  const closed = new Promise((resolve) => stream.once("close", resolve));
  peer.socket.resetAndDestroy();
  stream.resume();
  await closed;
  assert.ok(timers() <= before, "the timer of its handshake is still there");
});
