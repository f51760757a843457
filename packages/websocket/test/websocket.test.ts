/** class WebSocket against npm's ws: states, messages, pings, prepared messages, errors. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { PreparedMessage, WebSocket } from "@anywire/websocket";
import { clientFrame, close, closePayload, serverFrame, text } from "./frames.ts";
import { messages, uncaughtError } from "./messages.ts";
import { openPeer, RawPeer, serve } from "./served.ts";

test("the states are on the class and on each socket", async (t) => {
  const [, socket] = await openPeer(t, await serve(t));
  assert.deepEqual([WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED], [0, 1, 2, 3]);
  assert.deepEqual([socket.CONNECTING, socket.OPEN, socket.CLOSING, socket.CLOSED], [0, 1, 2, 3]);
  assert.equal(socket.readyState, WebSocket.OPEN);
});

test("a socket that has no connection is connecting, and sends nothing", () => {
  const socket = new WebSocket(null);
  assert.equal(socket.readyState, WebSocket.CONNECTING);
  assert.throws(() => socket.send("x"), { message: "WebSocket is not open: readyState 0 (CONNECTING)" });
});

test("text and binary of all sizes are echoed", async (t) => {
  const served = await serve(t);
  served.wss.on("connection", (socket) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const [peer] = await openPeer(t, served);
  const sizes = [0, 1, 125, 126, 127, 16_384, 16_385, 65_535, 65_536, 1_048_576];
  const sent = sizes.flatMap((size) => ["é".repeat(size / 2), "a".repeat(size), Buffer.alloc(size, size)]);
  const echoed = messages(peer, sent.length);
  for (const message of sent) peer.send(message);
  assert.deepEqual(await echoed, sent);
});

test("everything that can be sent arrives as what it is", async (t) => {
  const [peer, socket] = await openPeer(t, await serve(t));
  const got = messages(peer, 9);
  socket.send("text");
  socket.send(42);
  socket.send(Buffer.from("buffer"));
  socket.send(Uint8Array.of(1, 2).buffer);
  socket.send(new DataView(Uint8Array.of(1, 2, 3).buffer, 1));
  socket.send(Uint16Array.of(0x0101));
  socket.send([1, 2, 3]);
  socket.send("as binary", { binary: true });
  socket.send(Buffer.from("as text"), { binary: false });
  assert.deepEqual(await got, [
    "text",
    "42",
    Buffer.from("buffer"),
    Buffer.of(1, 2),
    Buffer.of(2, 3),
    Buffer.of(1, 1),
    Buffer.of(1, 2, 3),
    Buffer.from("as binary"),
    "as text",
  ]);
});

test("what cannot be sent is a TypeError at the call", async (t) => {
  const [, socket] = await openPeer(t, await serve(t));
  assert.throws(() => Reflect.apply(socket.send, socket, [{}]), TypeError);
  assert.throws(() => Reflect.apply(socket.send, socket, [Symbol("x")]), TypeError);
});

test("the caller may use its buffer again at once", async (t) => {
  const [peer, socket] = await openPeer(t, await serve(t));
  const got = messages(peer, 2);
  const buffer = Buffer.from("first");
  socket.send(buffer);
  buffer.write("again");
  socket.send(buffer);
  buffer.fill(0);
  assert.deepEqual(await got, [Buffer.from("first"), Buffer.from("again")]);
});

test("fragments are sent as one message, and received as one", async (t) => {
  const [peer, socket] = await openPeer(t, await serve(t));
  const got = messages(peer, 1);
  socket.send("Hel", { fin: false });
  socket.send("lo", { fin: true });
  assert.deepEqual(await got, ["Hello"]);
  const received = once(socket, "message");
  peer.send("Wor", { fin: false });
  peer.send("ld", { fin: true });
  assert.deepEqual(await received, [Buffer.from("World"), false]);
});

test("pings are answered, and both sides see what they carry", async (t) => {
  const [peer, socket] = await openPeer(t, await serve(t));
  const seen = once(socket, "ping");
  const answered = once(peer, "pong");
  peer.ping("are you there?");
  assert.deepEqual(await seen, [Buffer.from("are you there?")]);
  assert.deepEqual(await answered, [Buffer.from("are you there?")]);
  const back = once(socket, "pong");
  socket.ping(7);
  assert.deepEqual(await back, [Buffer.from("7")]);
});

test("a number as ping is its text, never so many bytes of memory", async (t) => {
  const [peer, socket] = await openPeer(t, await serve(t));
  const seen = once(peer, "ping");
  socket.ping(100);
  assert.deepEqual(await seen, [Buffer.from("100")]);
});

test("more than 125 bytes are refused in a ping or pong", async (t) => {
  const [, socket] = await openPeer(t, await serve(t));
  for (const data of ["a".repeat(126), "é".repeat(63), Buffer.alloc(126)]) {
    assert.throws(() => socket.ping(data), RangeError);
    assert.throws(() => socket.pong(data), RangeError);
  }
});

test("a prepared message reaches many, in order with their own", async (t) => {
  const served = await serve(t);
  const pairs = [await openPeer(t, served), await openPeer(t, served), await openPeer(t, served)];
  const prepared = [
    WebSocket.prepare("text é"),
    WebSocket.prepare(Buffer.of(1, 2)),
    WebSocket.prepare("b", { binary: true }),
  ];
  const got = pairs.map(([peer]) => messages(peer, 6));
  for (const [at, [, socket]] of pairs.entries()) {
    socket.send(`own ${at}`);
    for (const message of prepared) socket.send(message);
    socket.send(PreparedMessage.join([prepared[0]!, prepared[1]!]));
  }
  for (const [at, messagesOfOne] of got.entries()) {
    const binaries = [Buffer.of(1, 2), Buffer.from("b")];
    assert.deepEqual(await messagesOfOne, [`own ${at}`, "text é", ...binaries, "text é", Buffer.of(1, 2)]);
  }
});

test("a prepared message of any length is framed right", async (t) => {
  const [peer, socket] = await openPeer(t, await serve(t));
  const sizes = [0, 125, 126, 65_535, 65_536, 300_000];
  const got = messages(peer, sizes.length);
  for (const size of sizes) socket.send(WebSocket.prepare("x".repeat(size)));
  assert.deepEqual(
    await got,
    sizes.map((size) => "x".repeat(size)),
  );
});

test("a listener's own error is thrown to the process, and the next message still comes", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const socket = await accepted;
  const uncaught = uncaughtError();
  const got: string[] = [];
  const second = new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      got.push(data.toString());
      if (got.length === 1) throw new Error("mine");
      resolve();
    });
  });
  peer.socket.write(Buffer.concat([clientFrame(text, "a"), clientFrame(text, "b")]));
  assert.match(String(await uncaught), /mine/);
  await second;
  assert.deepEqual(got, ["a", "b"]);
  assert.equal(socket.readyState, WebSocket.OPEN);
});

test("the peer's error is emitted with code, then close with 1006", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const socket = await accepted;
  const order: unknown[] = [];
  socket.on("error", (error) => order.push((error as Error & { code?: string }).code, socket.readyState));
  socket.on("close", (code) => order.push(code));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  peer.socket.write(serverFrame(text, "no mask"));
  assert.deepEqual(await peer.all(), serverFrame(close, closePayload(1002)));
  await closed;
  assert.deepEqual(order, ["WS_ERR_EXPECTED_MASK", WebSocket.CLOSING, 1006]);
});
