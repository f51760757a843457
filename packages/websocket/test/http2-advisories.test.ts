/** What went wrong in other servers, over HTTP/2: bad frames, crafted requests, resets. Ours must live on. */

import assert from "node:assert/strict";
import { once } from "node:events";
import type { OutgoingHttpHeaders } from "node:http2";
import { type TestContext, test } from "node:test";
import type { ServerOptions } from "@anywire/websocket";
import { clientFrame, close, closePayload, continuation, ping, serverFrame, text } from "./frames.ts";
import { answering, open } from "./http2-opening.ts";
import { type Http2Served, openSession, plain, RawStream, serveHttp2 } from "./http2-peers.ts";
import { deferred } from "./messages.ts";

/** Whatever happened to others, a new client gets in on a new session, and hears something. */
async function lives(t: TestContext, { wss, port }: Http2Served): Promise<void> {
  wss.once("connection", (socket) => socket.send("alive"));
  const raw = new RawStream(await openSession(t, `http://127.0.0.1:${port}`));
  assert.deepEqual(await raw.bytes(7), serverFrame(text, "alive"));
}

/** Nobody listens for errors. */
const malformed: [name: string, bytes: Buffer, code: number][] = [
  ["no mask", serverFrame(text, "x"), 1002],
  ["RSV1 without an extension", clientFrame(text, "x", { reserved: 0x40 }), 1002],
  ["opcode 3", clientFrame(3, "x"), 1002],
  ["a ping of 126 bytes", clientFrame(ping, Buffer.alloc(126)), 1002],
  ["close code 1005", clientFrame(close, closePayload(1005)), 1002],
  ["a continuation without a start", clientFrame(continuation, "x"), 1002],
  ["bad UTF-8", clientFrame(text, Buffer.of(0x61, 0xed, 0xa0, 0x80)), 1007],
  ["a length above maxPayload", clientFrame(text, "", { length: 200_000_000 }), 1009],
];

for (const [name, bytes, code] of malformed) {
  test(`${name}, right behind the request: closed with ${code}, and its neighbour on the session goes on`, async (t) => {
    const served = await serveHttp2(t);
    served.wss.on("connection", (socket) => socket.on("message", (data) => socket.send(String(data))));
    const session = await openSession(t, `http://127.0.0.1:${served.port}`);
    const neighbour = new RawStream(session);
    await neighbour.answered;
    const raw = new RawStream(session);
    raw.stream.write(bytes);
    assert.deepEqual(await raw.all(), serverFrame(close, closePayload(code)));
    neighbour.stream.write(clientFrame(text, "still"));
    assert.deepEqual(await neighbour.bytes(7), serverFrame(text, "still"));
    await lives(t, served);
  });
}

/** A client lives as long as its program does, too. */
const bad: [name: string, bytes: Buffer, code: string][] = [
  ["a masked frame", clientFrame(text, "x"), "WS_ERR_UNEXPECTED_MASK"],
  ["RSV2", serverFrame(text, "x", { reserved: 0x20 }), "WS_ERR_UNEXPECTED_RSV_2_3"],
  ["bad UTF-8", serverFrame(text, Buffer.of(0xff)), "WS_ERR_INVALID_UTF8"],
];

for (const [name, bytes, code] of bad) {
  test(`${name} from the server fails the connection`, async (t) => {
    const { port } = await answering(t, (stream) => {
      stream.respond({ ":status": 200 });
      stream.end(bytes);
    });
    const socket = open(`ws://127.0.0.1:${port}`);
    const [error] = await once(socket, "close").then(
      () => [undefined],
      (thrown) => [thrown],
    );
    assert.equal(error?.code, code);
  });
}

const names = Array.from({ length: 1_000 }, (_, at) => [`x-${at}`, "y"]);

/** Opened, refused or reset, as Node and nghttp2 want it; never more than that. */
const crafted: [name: string, headers: OutgoingHttpHeaders][] = [
  ["1,000 headers (CVE-2024-37890)", Object.fromEntries(names)],
  ["a header of 60,000 bytes", { "x-long": "y".repeat(60_000) }],
  [
    "extensions named as keys of Object.prototype",
    { "sec-websocket-extensions": "constructor, __proto__; toString=1" },
  ],
  ["a subprotocol of 12,000 blanks", { "sec-websocket-protocol": `a${" ".repeat(12_000)}b` }],
  ["a path without a slash", { ":path": "chat" }],
  ["a path that is a URL", { ":path": "http://other.test/chat" }],
  ["a path of two slashes", { ":path": "//other.test" }],
  ["a path that cannot be decoded", { ":path": "/%E0%A4%A?%" }],
  ["the path *", { ":path": "*" }],
  ["a path of 30,000 bytes", { ":path": `/${"a".repeat(30_000)}` }],
  ["bytes of Latin-1 in the path", { ":path": "/\xe4\xff" }],
  ["no path", { ":path": undefined }],
  ["no authority", { ":authority": undefined }],
  ["no scheme", { ":scheme": undefined }],
  ["GET with a protocol", { ":method": "GET" }],
];

for (const [name, headers] of crafted) {
  test(`${name}: the server lives`, async (t) => {
    const served = await serveHttp2(t, { path: "/chat", perMessageDeflate: true });
    const session = await openSession(t, `http://127.0.0.1:${served.port}`);
    const raw = new RawStream(session, headers);
    await Promise.race([raw.answered, raw.closed, once(session, "close")]).catch(() => {});
    raw.stream.close();
    served.wss.options.path = "";
    await lives(t, served);
  });
}

test("what the program adds to the answer cannot break out of it", async (t) => {
  const served = await serveHttp2(t);
  served.wss.on("headers", (lines) => lines.push("X-Name: a\r\nSet-Cookie: b=c"));
  const failed = once(served.wss, "error");
  const raw = new RawStream(await openSession(t, `http://127.0.0.1:${served.port}`));
  const headers = await raw.answered;
  assert.deepEqual([headers[":status"], headers["set-cookie"]], [500, undefined]);
  assert.match(String((await failed)[0]), /TypeError: Invalid character in header "X-Name"/);
  served.wss.removeAllListeners("headers");
  await lives(t, served);
});

/** As fast as they can be made and dropped, at each stage of the handshake (CVE-2023-44487). */
test("streams that are reset at once, before and after they are let in, leave nothing behind", async (t) => {
  const served = await serveHttp2(t, { authorize: () => new Promise((resolve) => setImmediate(resolve)) });
  for (let round = 0; round < 4; round++) {
    const session = await openSession(t, `http://127.0.0.1:${served.port}`);
    const streams = Array.from({ length: 50 }, () => new RawStream(session));
    for (const [at, { stream, answered }] of streams.entries()) {
      if (at % 2 === 0) stream.close(8);
      else answered.then(() => stream.close(8)).catch(() => {});
    }
    await Promise.all(streams.map(({ closed }) => closed));
    await new Promise((resolve) => session.ping(resolve)); // all resets have arrived
  }
  for (const socket of served.wss.clients) await once(socket, "close");
  assert.equal(served.wss.clients.size, 0);
  await lives(t, served);
});

/** While the program thinks about it: what is said then must not end the process (CVE-2022-41940). */
const late: [name: string, options: (decide: () => Promise<void>) => Partial<ServerOptions>][] = [
  ["lets in", (decide) => ({ authorize: decide })],
  ["refuses", (decide) => ({ authorize: () => decide().then(() => ({ status: 403 })) })],
  ["fails", (decide) => ({ authorize: () => decide().then(() => Promise.reject(new Error("no database"))) })],
  ["lets in by verifyClient", (decide) => ({ verifyClient: (_info, done) => void decide().then(() => done(true)) })],
  ["refuses by verifyClient", (decide) => ({ verifyClient: (_info, done) => void decide().then(() => done(false)) })],
];

for (const [name, options] of late) {
  for (const listens of [true, false]) {
    test(`the program ${name} after a reset, ${listens ? "with" : "without"} listeners of requests`, async (t) => {
      const asked = deferred();
      const decided = deferred();
      const server = plain();
      if (listens) server.on("request", () => {});
      const decide = (): Promise<void> => {
        asked.resolve();
        return decided.promise;
      };
      const served = await serveHttp2(t, options(decide), server);
      served.wss.on("error", () => {});
      const gone = once(server, "stream").then(([stream]) => once(stream, "close"));
      const raw = new RawStream(await openSession(t, `http://127.0.0.1:${served.port}`));
      await asked.promise;
      raw.stream.close(8);
      await gone;
      decided.resolve();
      await new Promise(setImmediate);
      assert.equal(served.wss.clients.size, 0);
    });
  }
}
