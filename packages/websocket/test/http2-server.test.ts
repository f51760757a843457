/** WebSockets that come over HTTP/2: streams written by hand on node:http2, beside npm's ws on the same port. */

import assert from "node:assert/strict";
import { once } from "node:events";
import {
  connect,
  type Http2ServerRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import { test } from "node:test";
import type { ServerOptions, WebSocket } from "@anywire/websocket";
import { clientFrame, close, closePayload, ping, pong, serverFrame, text } from "./frames.ts";
import { openSession, plain, RawStream, secure, serveHttp2 } from "./http2-peers.ts";

const cancel = 8;

function fieldsOf(headers: IncomingHttpHeaders): object {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "date"));
}

test("a stream becomes a WebSocket: messages, pings and the closing handshake", async (t) => {
  const served = await serveHttp2(t);
  const accepted = served.accepted();
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  const raw = new RawStream(session);
  assert.deepEqual(fieldsOf(await raw.answered), { ":status": 200 });
  const [socket] = await accepted;
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  const closed = once(socket, "close");
  raw.stream.write(
    Buffer.concat([clientFrame(text, "hello"), clientFrame(ping, "?"), clientFrame(close, closePayload(4001, "bye"))]),
  );
  const answers = [serverFrame(text, "hello"), serverFrame(pong, "?"), serverFrame(close, closePayload(4001, "bye"))];
  assert.deepEqual(await raw.all(), Buffer.concat(answers));
  assert.equal(await raw.closed, 0);
  const [code, reason] = await closed;
  assert.deepEqual([code, String(reason)], [4001, "bye"]);
});

test("the request has what programs read of one over HTTP/1.1", async (t) => {
  const served = await serveHttp2(t);
  const accepted = served.accepted();
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  new RawStream(session, { origin: "https://page.test", cookie: "a=b" });
  const [socket, request] = await accepted;
  assert.deepEqual(
    [
      request.url,
      request.method,
      request.httpVersion,
      request.headers.host,
      request.headers.origin,
      request.headers.cookie,
    ],
    ["/chat?a=b", "CONNECT", "2.0", "example.test", "https://page.test", "a=b"],
  );
  assert.equal(request.socket.remoteAddress, "127.0.0.1");
  assert.equal(socket._socket, (request as unknown as Http2ServerRequest).stream);
});

const offers: [name: string, version: string, settings: object | undefined, listens: boolean][] = [
  ["nothing about it", "http:", undefined, false],
  ["nothing about it, and has listeners of its own", "http:", undefined, true],
  ["that it does", "http:", { enableConnectProtocol: true }, true],
  ["something else", "https:", { maxConcurrentStreams: 7 }, true],
];

for (const [name, protocol, settings, listens] of offers) {
  test(`${protocol} clients are told that they may ask, if the program said ${name}`, async (t) => {
    const options = settings === undefined ? {} : { settings };
    const server = protocol === "https:" ? secure(options) : plain(options);
    if (listens) server.on("request", (_request: unknown, response: { end(): void }) => response.end());
    const served = await serveHttp2(t, {}, server);
    const session = await openSession(t, `${protocol}//127.0.0.1:${served.port}`);
    assert.deepEqual({ ...session.remoteSettings, ...settings }, session.remoteSettings);
    assert.equal(session.remoteSettings.enableConnectProtocol, true);
    assert.equal(await new RawStream(session).status(), 200);
  });
}

test("a client that asks before it was told that it may is served", async (t) => {
  const served = await serveHttp2(t);
  const session = connect(`http://127.0.0.1:${served.port}`);
  t.after(() => session.destroy());
  assert.equal(await new RawStream(session).status(), 200);
});

test("frames that come with the request are read after the listeners of connection", async (t) => {
  const served = await serveHttp2(t, { authorize: () => Promise.resolve() });
  const heard = new Promise((resolve) => {
    const texts: string[] = [];
    served.wss.on("connection", (socket) => {
      socket.on("message", (data) => {
        if (texts.push(String(data)) === 2) resolve(texts);
      });
    });
  });
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  new RawStream(session).stream.write(Buffer.concat([clientFrame(text, "a"), clientFrame(text, "b")]));
  assert.deepEqual(await heard, ["a", "b"]);
});

const agreements: [name: string, options: Partial<ServerOptions>, asked: OutgoingHttpHeaders, answered: object][] = [
  ["the first subprotocol", {}, { "sec-websocket-protocol": "b, a" }, { "sec-websocket-protocol": "b" }],
  [
    "the subprotocol that was chosen",
    { handleProtocols: () => "a" },
    { "sec-websocket-protocol": "b, a" },
    { "sec-websocket-protocol": "a" },
  ],
  ["no compression, as the server has none", {}, { "sec-websocket-extensions": "permessage-deflate" }, {}],
  [
    "compression",
    { perMessageDeflate: { serverNoContextTakeover: true } },
    { "sec-websocket-extensions": "permessage-deflate" },
    { "sec-websocket-extensions": "permessage-deflate; server_no_context_takeover" },
  ],
];

for (const [name, options, asked, expected] of agreements) {
  test(`agrees on ${name}`, async (t) => {
    const served = await serveHttp2(t, options);
    const session = await openSession(t, `http://127.0.0.1:${served.port}`);
    const answer = await new RawStream(session, asked).answered;
    assert.deepEqual(fieldsOf(answer), { ":status": 200, ...expected });
  });
}

test("listeners of headers add lines as over HTTP/1.1; what belongs to a connection is left out", async (t) => {
  const served = await serveHttp2(t);
  served.wss.on("headers", (lines, request) => {
    lines.push("Set-Cookie: a=1", "Set-Cookie: b=2", "Connection: Upgrade", `X-Path: ${request.url}`);
  });
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  const answer = await new RawStream(session).answered;
  assert.deepEqual(
    [answer["set-cookie"], answer["x-path"], answer.connection],
    [["a=1", "b=2"], "/chat?a=b", undefined],
  );
});

const refusals: [
  name: string,
  headers: OutgoingHttpHeaders,
  options: Partial<ServerOptions>,
  status: number,
  body: string,
][] = [
  ["no version", { "sec-websocket-version": undefined }, {}, 400, "Missing or invalid Sec-WebSocket-Version header"],
  ["version 12", { "sec-websocket-version": "12" }, {}, 400, "Missing or invalid Sec-WebSocket-Version header"],
  ["a bad subprotocol", { "sec-websocket-protocol": "a,,b" }, {}, 400, "Invalid Sec-WebSocket-Protocol header"],
  [
    "a bad extension",
    { "sec-websocket-extensions": "a;;" },
    { perMessageDeflate: true },
    400,
    "Invalid or unacceptable Sec-WebSocket-Extensions header",
  ],
  ["another path", {}, { path: "/other" }, 400, "Bad Request"],
  ["a client that verifyClient does not want", {}, { verifyClient: () => false }, 401, "Unauthorized"],
  ["a client that authorize does not want", {}, { authorize: () => ({ status: 429, body: "later" }) }, 429, "later"],
  ["a status without a body", {}, { authorize: () => ({ status: 204 }) }, 204, ""],
];

for (const [name, headers, options, status, body] of refusals) {
  test(`${name}: refused with ${status}, early frames are dropped, and the session lives`, async (t) => {
    const served = await serveHttp2(t, options);
    const session = await openSession(t, `http://127.0.0.1:${served.port}`);
    const raw = new RawStream(session, headers);
    raw.stream.write(clientFrame(text, "early"));
    assert.equal(await raw.status(), status);
    assert.equal(String(await raw.all()), body);
    assert.equal(await raw.closed, 0);
    assert.equal(session.destroyed, false);
    assert.equal(served.wss.clients.size, 0);
  });
}

test("a refusal says its headers, but for those of a connection", async (t) => {
  const headers = { Connection: "close", "Retry-After": 5, "X-Lines": ["a", "b"] };
  const served = await serveHttp2(t, { authorize: async () => ({ status: 503, headers }) });
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  const answer = await new RawStream(session).answered;
  assert.deepEqual(
    [answer["retry-after"], answer["x-lines"], answer["content-type"], answer.connection],
    ["5", "a, b", "text/html", undefined],
  );
});

test("listeners of wsClientError answer on the stream", async (t) => {
  const served = await serveHttp2(t);
  served.wss.on("wsClientError", (error, stream) => {
    (stream as ServerHttp2Stream).respond({ ":status": error.status, "x-own": "yes" }, { endStream: true });
  });
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  const answer = await new RawStream(session, { "sec-websocket-version": "1" }).answered;
  assert.deepEqual([answer[":status"], answer["x-own"]], [400, "yes"]);
});

const endings: [
  name: string,
  end: (raw: RawStream, socket: WebSocket) => void,
  reset: number | undefined, // how the client's stream ends; undefined where that is Node's choice
][] = [
  ["the client's END_STREAM without a close frame", ({ stream }) => stream.end(), 0],
  ["the client's RST_STREAM", ({ stream }) => stream.close(cancel), cancel],
  ["a reset for a protocol error", ({ stream }) => stream.close(1), 1],
  ["terminate", (_raw, socket) => socket.terminate(), cancel],
  ["the session's end", ({ stream }) => stream.session?.destroy(), undefined],
  ["GOAWAY with an error", ({ stream }) => stream.session?.goaway(2), undefined],
];

for (const [name, end, reset] of endings) {
  test(`${name} in mid-message closes with 1006`, async (t) => {
    const served = await serveHttp2(t);
    const accepted = served.accepted();
    const session = await openSession(t, `http://127.0.0.1:${served.port}`);
    const raw = new RawStream(session);
    await raw.answered;
    const [socket] = await accepted;
    const closed = once(socket, "close");
    raw.stream.write(clientFrame(text, "half").subarray(0, 7));
    end(raw, socket);
    assert.equal((await closed)[0], 1006);
    const code = await raw.closed;
    assert.equal(code, reset ?? code);
    assert.equal(served.wss.clients.size, 0);
  });
}

test("the end of the TCP connection closes all that it carries with 1006", async (t) => {
  const { server, wss, port } = await serveHttp2(t);
  const tcp = once(server, "connection");
  const session = await openSession(t, `http://127.0.0.1:${port}`);
  const streams = [new RawStream(session), new RawStream(session), new RawStream(session)];
  await Promise.all(streams.map(({ answered }) => answered));
  const closed = Promise.all([...wss.clients].map((socket) => once(socket, "close")));
  (await tcp)[0].destroy();
  assert.deepEqual(
    (await closed).map(([code]) => code),
    [1006, 1006, 1006],
  );
});

for (const first of ["client", "server"]) {
  test(`after a closing handshake that the ${first} began, a client that leaves its side open is not waited for`, async (t) => {
    const served = await serveHttp2(t);
    const accepted = served.accepted();
    const session = await openSession(t, `http://127.0.0.1:${served.port}`);
    const raw = new RawStream(session);
    const [socket] = await accepted;
    const closed = once(socket, "close");
    if (first === "server") socket.close(1001);
    raw.stream.write(clientFrame(close, closePayload(1001)));
    assert.equal((await closed)[0], 1001);
    assert.equal(await raw.closed, 0);
    assert.deepEqual(raw.received, serverFrame(close, closePayload(1001)));
  });
}

test("a client that does not answer a close frame is cut when closeTimeout is over", async (t) => {
  const served = await serveHttp2(t, { closeTimeout: 20 });
  const accepted = served.accepted();
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  const raw = new RawStream(session);
  const [socket] = await accepted;
  socket.close(1000);
  assert.equal((await once(socket, "close"))[0], 1006);
  assert.equal(await raw.closed, cancel);
  assert.deepEqual(raw.received, serverFrame(close, closePayload(1000)));
});

test("wss.close takes no more streams, and ends when those that are open have", async (t) => {
  const served = await serveHttp2(t);
  const accepted = served.accepted();
  const session = await openSession(t, `http://127.0.0.1:${served.port}`);
  const open = new RawStream(session);
  const [socket] = await accepted;
  served.server.on("stream", (stream: ServerHttp2Stream) => stream.respond({ ":status": 404 }, { endStream: true }));
  const ended = new Promise<void>((resolve) => served.wss.close(() => resolve()));
  assert.equal(await new RawStream(session).status(), 404);
  socket.close();
  await open.bytes(2);
  open.stream.end(clientFrame(close));
  await ended;
  assert.equal(session.destroyed, false);
});
