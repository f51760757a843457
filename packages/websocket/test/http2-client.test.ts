/** The option http2 of a client, against servers written by hand on node:http2. */

import assert from "node:assert/strict";
import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { createServer as createHttp1 } from "node:http";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import { createServer as createHttps1 } from "node:https";
import { type TestContext, test } from "node:test";
import { type ClientOptions, WebSocket } from "@anywire/websocket";
import { selfSigned } from "../../../scripts/test/self-signed.ts";
import { failure, told } from "./clients.ts";
import { clientFrame, close, closePayload, serverFrame, text } from "./frames.ts";
import { accept, answering, offering, open } from "./http2-opening.ts";
import { plain, secure } from "./http2-peers.ts";
import { listen } from "./served.ts";

const cancel = 8;

async function asked(t: TestContext, path: string, given: [string[], ClientOptions]): Promise<object> {
  let request: IncomingHttpHeaders = {};
  const { port } = await answering(t, (stream, headers) => {
    stream.respond({ ":status": 400 }, { endStream: true });
    request = headers;
  });
  await told(t, open(`ws://127.0.0.1:${port}${path}`, ...given));
  const fields = Object.entries(request);
  return Object.fromEntries(fields.map(([name, value]) => [name, String(value).replace(/:\d+$/, ":PORT")]));
}

const request = {
  ":method": "CONNECT",
  ":protocol": "websocket",
  ":scheme": "http",
  ":path": "/",
  ":authority": "127.0.0.1:PORT",
  "sec-websocket-version": "13",
};
const compression = { "sec-websocket-extensions": "permessage-deflate; client_max_window_bits" };

const requests: [name: string, path: string, protocols: string[], options: ClientOptions, headers: object][] = [
  ["nothing but an address", "", [], {}, compression],
  ["a path", "/a%20b?c", [], { perMessageDeflate: false }, { ":path": "/a%20b?c" }],
  [
    "subprotocols, an origin, credentials",
    "",
    ["a", "b"],
    { perMessageDeflate: false, origin: "https://a.test", auth: "a:b" },
    { "sec-websocket-protocol": "a,b", origin: "https://a.test", authorization: "Basic YTpi" },
  ],
  [
    "headers, those of a connection among them",
    "",
    [],
    {
      perMessageDeflate: false,
      headers: { Cookie: "a=b", Connection: "x", "Keep-Alive": "1", TE: "gzip", Upgrade: "h2c", Host: "other.test" },
    },
    { cookie: "a=b", ":authority": "other.test" },
  ],
  [
    "a header that finishRequest sets",
    "",
    [],
    {
      perMessageDeflate: false,
      finishRequest: (given) => {
        given.setHeader("X-Own", `${given.method} ${given.path} ${given.getHeader("Sec-WebSocket-Version")}`);
        given.end();
      },
    },
    { "x-own": "CONNECT / 13" },
  ],
];

for (const [name, path, protocols, options, headers] of requests) {
  test(`asks for a WebSocket with ${name}`, async (t) => {
    assert.deepEqual(await asked(t, path, [protocols, options]), { ...request, ...headers });
  });
}

test("frames go both ways, and the closing handshake ends the stream and the session", async (t) => {
  const { port, streams, sessions } = await answering(t, accept);
  const socket = open(`ws://127.0.0.1:${port}`, [], { generateMask: (mask) => mask.set([0x37, 0xfa, 0x21, 0x3d]) });
  await once(socket, "open");
  const [stream] = streams;
  assert.ok(stream);
  const ended = once(sessions[0] ?? socket, "close");
  socket.send("hello");
  assert.deepEqual((await once(stream, "data"))[0], clientFrame(text, "hello"));
  stream.write(serverFrame(text, "back"));
  assert.equal(String((await once(socket, "message"))[0]), "back");
  socket.close(4000, "bye");
  assert.deepEqual((await once(stream, "data"))[0], clientFrame(close, closePayload(4000, "bye")));
  stream.end(serverFrame(close, closePayload(4000, "bye")));
  const [code, reason] = await once(socket, "close");
  assert.deepEqual([code, String(reason), stream.rstCode], [4000, "bye", 0]);
  await ended;
});

const answers: [name: string, answer: OutgoingHttpHeaders, protocols: string[], log: string[]][] = [
  ["200", { ":status": 200 }, [], ["upgrade 200", "open"]],
  [
    "200, with what was agreed on",
    { ":status": 200, "sec-websocket-protocol": "b", "sec-websocket-extensions": "permessage-deflate" },
    ["a", "b"],
    ["upgrade 200", "open b permessage-deflate"],
  ],
  [
    "200, with a subprotocol that was not asked for",
    { ":status": 200, "sec-websocket-protocol": "c" },
    ["a"],
    ["upgrade 200", ...failure("Server sent an invalid subprotocol")],
  ],
  [
    "200, with another extension",
    { ":status": 200, "sec-websocket-extensions": "x-webkit" },
    [],
    ["upgrade 200", ...failure("Server indicated an extension that was not requested")],
  ],
  ["404", { ":status": 404 }, [], failure("Unexpected server response: 404")],
  ["302", { ":status": 302, location: "/" }, [], failure("Unexpected server response: 302")],
];

for (const [name, answer, protocols, log] of answers) {
  test(`the answer ${name}`, async (t) => {
    const { port } = await answering(t, (stream) => stream.respond(answer));
    assert.deepEqual(await told(t, open(`ws://127.0.0.1:${port}`, protocols)), log);
  });
}

test("an answer that fails the handshake cancels the stream", async (t) => {
  const { port, streams } = await answering(t, (stream) =>
    stream.respond({ ":status": 200, "sec-websocket-protocol": "x" }),
  );
  await told(t, open(`ws://127.0.0.1:${port}`));
  const [stream] = streams;
  if (stream?.destroyed === false) await once(stream, "close");
  assert.equal(stream?.rstCode, cancel);
});

const resets: [name: string, code: number, text: string][] = [
  ["CANCEL", cancel, "The server closed the stream before it answered"],
  ["REFUSED_STREAM", 7, "Stream closed with error code NGHTTP2_REFUSED_STREAM"],
];

for (const [name, code, text] of resets) {
  test(`a stream that is reset with ${name} fails the handshake`, async (t) => {
    const { port } = await answering(t, (stream) => stream.close(code));
    assert.deepEqual(await told(t, open(`ws://127.0.0.1:${port}`)), failure(text));
  });
}

const noHttp2 = "The server does not speak HTTP/2";
const noConnect = "The server does not offer WebSockets over HTTP/2";

test("a server that does not offer it is not asked", async (t) => {
  const { port, streams } = await answering(t, accept, plain());
  assert.deepEqual(await told(t, open(`ws://127.0.0.1:${port}`)), failure(noConnect));
  assert.equal(streams.length, 0);
});

test("a server that offers it in its second SETTINGS is asked", async (t) => {
  const server = plain();
  server.on("session", (session) => session.settings({ enableConnectProtocol: true }));
  const { port } = await answering(t, accept, server);
  assert.deepEqual(await told(t, open(`ws://127.0.0.1:${port}`)), ["upgrade 200", "open"]);
});

const http1: [name: string, scheme: string, create: () => Parameters<typeof listen>[1]][] = [
  ["without TLS", "ws", () => createHttp1()],
  ["with TLS", "wss", () => createHttps1(selfSigned)],
  ["with TLS and no ALPN", "wss", () => createHttps1({ ...selfSigned, ALPNProtocols: [] })],
];

for (const [name, scheme, create] of http1) {
  test(`a server of HTTP/1.1 alone, ${name}, is no server of HTTP/2`, async (t) => {
    const port = await listen(t, create());
    assert.deepEqual(await told(t, open(`${scheme}://127.0.0.1:${port}`)), failure(noHttp2));
  });
}

test("a server that cannot be reached, or is not trusted, is told as over HTTP/1.1", async (t) => {
  const { port } = await answering(t, accept, secure(offering));
  const untrusted = await told(t, open(`wss://127.0.0.1:${port}`, [], { ca: undefined }));
  assert.deepEqual(untrusted, await told(t, new WebSocket(`wss://127.0.0.1:${port}`)));
  const gone = createHttp1();
  const closedPort = await listen(t, gone);
  gone.close();
  await once(gone, "close");
  const refused = await told(t, open(`ws://127.0.0.1:${closedPort}`));
  assert.deepEqual(refused, failure(`connect ECONNREFUSED 127.0.0.1:${closedPort}`));
});

test("a handshake that is not answered in time cancels its stream and ends the session", async (t) => {
  const { port, streams, sessions } = await answering(t, () => {});
  const log = await told(t, open(`ws://127.0.0.1:${port}`, [], { handshakeTimeout: 50 }));
  assert.deepEqual(log, failure("Opening handshake has timed out"));
  const [session] = sessions;
  if (session?.destroyed === false) await once(session, "close");
  assert.equal(streams[0]?.rstCode, cancel);
});

const givingUp: [name: string, give: (socket: WebSocket) => void, when: "at once" | "asked"][] = [
  ["close", (socket) => socket.close(), "at once"],
  ["close", (socket) => socket.close(), "asked"],
  ["terminate", (socket) => socket.terminate(), "asked"],
];

for (const [name, give, when] of givingUp) {
  test(`${name} ${when} gives up the handshake`, async (t) => {
    const { port, server } = await answering(t, () => {});
    const socket = open(`ws://127.0.0.1:${port}`);
    const log = told(t, socket);
    if (when === "asked") await once(server, "stream");
    give(socket);
    assert.deepEqual(await log, failure("WebSocket was closed before the connection was established"));
  });
}

test("a signal gives up the handshake, and does nothing to the connection later", async (t) => {
  const { port, server } = await answering(t, (stream, { ":path": path }) => {
    if (path === "/yes") stream.respond({ ":status": 200 });
  });
  const before = new AbortController();
  const log = told(t, open(`ws://127.0.0.1:${port}/no`, [], { signal: before.signal }));
  await once(server, "stream");
  before.abort();
  assert.deepEqual(await log, failure("The operation was aborted"));
  const after = new AbortController();
  const socket = open(`ws://127.0.0.1:${port}/yes`, [], { signal: after.signal });
  t.after(() => socket.terminate());
  await once(socket, "open");
  after.abort();
  assert.equal(socket.readyState, WebSocket.OPEN);
  const aborted = await told(t, open(`ws://127.0.0.1:${port}/no`, [], { signal: AbortSignal.abort() }));
  assert.deepEqual(aborted, failure("The operation was aborted"));
});

test("listeners of unexpected-response get the answer with its body", async (t) => {
  const { port } = await answering(t, (stream) => {
    stream.respond({ ":status": 401, "www-authenticate": "Basic" });
    stream.end("x".repeat(200_000));
  });
  const socket = open(`ws://127.0.0.1:${port}`);
  const [given, response]: [ClientRequest, IncomingMessage] = await new Promise((resolve) => {
    socket.on("unexpected-response", (request, answer) => resolve([request, answer]));
  });
  let length = 0;
  for await (const chunk of response) length += String(chunk).length;
  assert.deepEqual(
    [response.statusCode, response.headers["www-authenticate"], response.httpVersion, length],
    [401, "Basic", "2.0", 200_000],
  );
  given.destroy();
  const log = told(t, socket);
  socket.close();
  assert.deepEqual(await log, failure("WebSocket was closed before the connection was established"));
});

test("redirects are followed when asked for, credentials stay with their host", async (t) => {
  const heard: unknown[] = [];
  const second = await answering(t, (stream, headers) => {
    heard.push(headers.cookie);
    accept(stream, headers);
  });
  const first = await answering(t, (stream, headers) => {
    heard.push(headers.cookie);
    const away = headers[":path"] === "/away";
    stream.respond(
      { ":status": 307, location: away ? `ws://127.0.0.1:${second.port}/there` : "/away" },
      { endStream: true },
    );
  });
  const options = { followRedirects: true, headers: { Cookie: "a=b" } };
  const socket = open(`ws://127.0.0.1:${first.port}/`, [], options);
  assert.deepEqual(await told(t, socket), ["upgrade 200", "open"]);
  assert.equal(socket.url, `ws://127.0.0.1:${second.port}/there`);
  assert.deepEqual(heard, ["a=b", "a=b", undefined]);
});

test("an agent cannot be had over HTTP/2", () => {
  const agent: unknown = {};
  assert.throws(
    () => open("ws://127.0.0.1:1", [], { agent: agent as NonNullable<ClientOptions["agent"]> }),
    new TypeError('The option "agent" must be left out with http2, whose session is the connection'),
  );
});
