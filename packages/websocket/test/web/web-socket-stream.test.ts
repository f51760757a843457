/** class WebSocketStream, and the streams that it opens. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { WebSocketError, WebSocketStream } from "@anywire/websocket/web";
import { close as closeOpcode, closePayload, serverFrame, text } from "../frames.ts";
import { deferred } from "../messages.ts";
import { acceptance, lost, openStream as open, serve, serveEcho, serveRaw } from "./peers.ts";

test("it has the shape of an interface", () => {
  assert.equal(WebSocketStream.length, 1);
  assert.equal(WebSocketStream.prototype.close.length, 0);
  assert.equal(Object.prototype.toString.call(WebSocketStream.prototype), "[object WebSocketStream]");
  assert.throws(() => Reflect.apply(WebSocketStream, undefined, ["ws://localhost/"]), TypeError);
  for (const name of ["url", "opened", "closed"]) {
    const property = Object.getOwnPropertyDescriptor(WebSocketStream.prototype, name);
    assert.equal(property?.enumerable, true);
    assert.throws(() => property?.get?.call({}), TypeError);
  }
});

const misfits: [given: unknown[], name: string][] = [
  [[], "TypeError"],
  [["invalid:"], "SyntaxError"],
  [["/relative"], "SyntaxError"],
  [["ws://localhost/#"], "SyntaxError"],
  [["ws://localhost/", true], "TypeError"],
  [["ws://localhost/", { protocols: "hi" }], "TypeError"],
  [["ws://localhost/", { protocols: null }], "TypeError"],
  [["ws://localhost/", { protocols: ["a b"] }], "SyntaxError"],
  [["ws://localhost/", { protocols: ["a", "a"] }], "SyntaxError"],
  [["ws://localhost/", { signal: {} }], "TypeError"],
  [["ws://localhost/", { signal: null }], "TypeError"],
];

for (const [given, name] of misfits) {
  test(`made with ${JSON.stringify(given)}: ${name}`, () => {
    assert.throws(() => Reflect.construct(WebSocketStream, given), { name });
  });
}

test("opened has the streams and what was agreed on", async (t) => {
  const { url } = await serveEcho(t, { perMessageDeflate: true });
  const stream = new WebSocketStream(url.replace("ws:", "http:"), { protocols: ["alpha", "beta"] });
  assert.equal(stream.url, url);
  const info = await stream.opened;
  assert.ok(info.readable instanceof ReadableStream && info.writable instanceof WritableStream);
  assert.deepEqual([info.protocol, info.extensions], ["alpha", "permessage-deflate"]);
  stream.close();
  assert.deepEqual(await stream.closed, { closeCode: 1005, reason: "" });
});

const echoed: [name: string, chunk: unknown, back: string | Uint8Array][] = [
  ["a text", "text é", "text é"],
  ["lone surrogates", "\ud800", "\ufffd"],
  ["a Uint8Array", Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
  ["an ArrayBuffer", Uint8Array.of(1, 2).buffer, Uint8Array.of(1, 2)],
  ["a DataView", new DataView(Uint8Array.of(1, 2).buffer, 1), Uint8Array.of(2)],
  ["nothing", "", ""],
  ["no bytes", new Uint8Array(0), new Uint8Array(0)],
  ["a number", 7, "7"],
  ["null", null, "null"],
];

for (const [name, chunk, back] of echoed) {
  test(`${name} is written, and read again`, async (t) => {
    const { readable, writable } = await open(t, (await serveEcho(t)).url);
    await Reflect.apply(WritableStreamDefaultWriter.prototype.write, writable.getWriter(), [chunk]);
    const { value } = await readable.getReader().read();
    assert.deepEqual(value, back);
    if (typeof value === "object") assert.equal(value.buffer.byteLength, value.length);
  });
}

test("what cannot be a message ends the writing", async (t) => {
  for (const chunk of [Symbol("x"), new Uint8Array(new SharedArrayBuffer(1))]) {
    const { writable } = await open(t, (await serveEcho(t)).url);
    await assert.rejects(
      Reflect.apply(WritableStreamDefaultWriter.prototype.write, writable.getWriter(), [chunk]),
      TypeError,
    );
  }
});

test("streams can be piped", async (t) => {
  const { readable, writable } = await open(t, (await serveEcho(t)).url);
  const sent = Array.from({ length: 500 }, (_, at) => `${at}`.repeat(at));
  const got: unknown[] = [];
  const piped = ReadableStream.from(sent).pipeTo(writable, { preventClose: true });
  for await (const message of readable) {
    got.push(message);
    if (got.length === sent.length) break;
  }
  await piped;
  assert.deepEqual(got, sent);
});

test("while nobody reads, the peer is slowed down, and nothing is lost", async (t) => {
  const { url, accepted } = await serve(t);
  const peer = accepted();
  const { readable } = await open(t, url);
  const server = await peer;
  const count = 200;
  let left = 0;
  for (let at = 0; at < count; at++) server.send(Buffer.alloc(0x1_0000, at), () => left++);
  for (let turn = 0; turn < 200; turn++) await nextTurn();
  assert.ok(left < count, "all of it left, though nobody reads");
  const reader = readable.getReader();
  for (let at = 0; at < count; at++) {
    const { value } = await reader.read();
    assert.ok(value instanceof Uint8Array && value.length === 0x1_0000 && value[0] === at);
  }
});

test("of one chunk of many messages only what is read is taken", async (t) => {
  const frames = Array.from({ length: 20 }, (_, at) => serverFrame(text, String(at)));
  const closing = serverFrame(closeOpcode, closePayload(1000));
  const url = await serveRaw(t, (peer, request) => {
    peer.write(Buffer.concat([Buffer.from(acceptance(request)), ...frames, closing]));
    peer.on("data", () => peer.end());
  });
  const { readable, stream } = await open(t, url);
  const got: unknown[] = [];
  for await (const message of readable) {
    got.push(message);
    await nextTurn();
  }
  assert.deepEqual(
    got,
    frames.map((_, at) => String(at)),
  );
  assert.deepEqual(await stream.closed, { closeCode: 1000, reason: "" });
});

test("a write is done when its bytes have left", async (t) => {
  const { url, accepted } = await serve(t);
  const peer = accepted();
  const { writable } = await open(t, url);
  const server = await peer;
  server.pause();
  const writer = writable.getWriter();
  await writer.write("small");
  let done = false;
  const large = writer.write(new Uint8Array(0x200_0000)).then(() => {
    done = true;
  });
  assert.equal(writer.desiredSize, 0);
  for (let turn = 0; turn < 50; turn++) await nextTurn();
  assert.equal(done, false);
  server.resume();
  await large;
});

test("what cannot be opened rejects both promises, and nobody has to handle them", async (t) => {
  const url = await serveRaw(t, (peer) => peer.end("HTTP/1.1 404 Not Found\r\n\r\n"));
  const streams = [url, "ws://127.0.0.1:25/"].map((address) => new WebSocketStream(address));
  for (const { opened, closed } of streams) {
    await assert.rejects(opened, { constructor: WebSocketError, closeCode: null });
    await assert.rejects(closed, lost);
  }
});

test("closed before it is open: both promises are rejected", async (t) => {
  const stream = new WebSocketStream(await serveRaw(t, () => {}));
  stream.close({ closeCode: 3000 });
  await assert.rejects(stream.opened, WebSocketError);
  await assert.rejects(stream.closed, lost);
});

test("a signal that was given before prevents the connection", async (t) => {
  const { url, wss } = await serve(t);
  wss.on("connection", () => assert.fail("connected"));
  const stream = new WebSocketStream(url, { signal: AbortSignal.abort() });
  await assert.rejects(stream.opened, { name: "AbortError" });
  await assert.rejects(stream.closed, { name: "AbortError" });
  stream.close();
});

test("a signal during the handshake cuts it, and its reason is the promises'", async (t) => {
  const asked = deferred();
  const cut = deferred();
  const url = await serveRaw(t, (peer) => {
    peer.on("close", cut.resolve);
    asked.resolve();
  });
  const controller = new AbortController();
  const stream = new WebSocketStream(url, { signal: controller.signal });
  await asked.promise;
  controller.abort(new Error("mine"));
  await assert.rejects(stream.opened, { message: "mine" });
  await assert.rejects(stream.closed, { message: "mine" });
  await cut.promise;
});

test("a signal after the handshake does nothing", async (t) => {
  const controller = new AbortController();
  const stream = new WebSocketStream((await serveEcho(t)).url, { signal: controller.signal });
  const { readable, writable } = await stream.opened;
  controller.abort();
  writable.getWriter().write("connected");
  assert.equal((await readable.getReader().read()).value, "connected");
  stream.close();
  await stream.closed;
});
