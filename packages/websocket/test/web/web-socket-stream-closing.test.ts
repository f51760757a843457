/** class WebSocketStream: how it closes, from either side and by either stream. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type WebSocketCloseInfo, WebSocketError } from "@anywire/websocket/web";
import { close as closeOpcode, closePayload, serverFrame } from "../frames.ts";
import { deferred, messages } from "../messages.ts";
import { acceptance, lost, type OpenStream, openStream as open, serve, serveEcho, serveRaw } from "./peers.ts";

const closings: [name: string, given: WebSocketCloseInfo | undefined, closeCode: number, reason: string][] = [
  ["nothing", undefined, 1005, ""],
  ["an empty object", {}, 1005, ""],
  ["an empty reason", { reason: "" }, 1005, ""],
  ["no code", { closeCode: null }, 1005, ""],
  ["a code and a reason", { closeCode: 3456, reason: "pizza" }, 3456, "pizza"],
  ["a reason alone", { reason: "non-empty" }, 1000, "non-empty"],
];

for (const [name, given, closeCode, reason] of closings) {
  test(`closed with ${name}: the server sees it, and it comes back`, async (t) => {
    const { url, accepted } = await serve(t);
    const peer = accepted();
    const { stream, readable, writable } = await open(t, url);
    const seen = once(await peer, "close");
    stream.close(given);
    assert.deepEqual(await stream.closed, { closeCode, reason });
    assert.deepEqual(await seen, [closeCode, Buffer.from(reason)]);
    assert.equal((await readable.getReader().read()).done, true);
    await assert.rejects(writable.getWriter().write("x"), { constructor: DOMException, name: "InvalidStateError" });
  });
}

test("what cannot be said is refused, and nothing is closed by it", async (t) => {
  const { stream, readable, writable } = await open(t, (await serveEcho(t)).url);
  for (const given of [true, 7, "x", { closeCode: -1 }, { closeCode: 65_536 }, { closeCode: NaN }]) {
    assert.throws(() => Reflect.apply(stream.close, stream, [given]), TypeError);
  }
  for (const closeCode of [0, 999, 1001, 2999, 5000]) {
    assert.throws(() => stream.close({ closeCode }), { constructor: DOMException, name: "InvalidAccessError" });
  }
  assert.throws(() => stream.close({ reason: ".".repeat(124) }), { constructor: DOMException, name: "SyntaxError" });
  await writable.getWriter().write("x");
  assert.equal((await readable.getReader().read()).value, "x");
});

test("closing the writable closes the connection, and is done when that is closed", async (t) => {
  const { url, accepted } = await serve(t);
  const peer = accepted();
  const { stream, writable } = await open(t, url);
  const server = await peer;
  const got = messages(server, 2);
  let closed = false;
  const closing = once(server, "close").then(() => {
    closed = true;
  });
  const writer = writable.getWriter();
  writer.write("1");
  writer.write("2");
  await writer.close();
  assert.deepEqual(await got, ["1", "2"]);
  assert.deepEqual(await stream.closed, { closeCode: 1005, reason: "" });
  await closing;
  assert.equal(closed, true);
});

const ends: [name: string, end: (opened: OpenStream, reason?: unknown) => Promise<void>][] = [
  ["aborting the writable", ({ writable }, reason) => writable.abort(reason)],
  ["cancelling the readable", ({ readable }, reason) => readable.cancel(reason)],
];

for (const [name, end] of ends) {
  const reasons: [name: string, reason: unknown, closeCode: number, text: string][] = [
    ["without a reason", undefined, 1005, ""],
    ["with an object", { closeCode: 3456, code: 3456, reason: "set" }, 1005, ""],
    ["with any error", new Error("x"), 1005, ""],
    ["with a WebSocketError", new WebSocketError("x", { closeCode: 3333, reason: "mine" }), 3333, "mine"],
    ["with a WebSocketError without a code", new WebSocketError("x"), 1005, ""],
  ];
  for (const [how, reason, closeCode, text] of reasons) {
    test(`${name} ${how} closes the connection with ${closeCode}`, async (t) => {
      const opened = await open(t, (await serveEcho(t)).url);
      await end(opened, reason);
      assert.deepEqual(await opened.stream.closed, { closeCode, reason: text });
    });
  }
}

test("an error that tells of another connection's loss has nothing to say", async (t) => {
  const { url, accepted } = await serve(t);
  const peer = accepted();
  const first = await open(t, url);
  (await peer).terminate();
  const error = await first.stream.closed.catch((reason: unknown) => reason);
  const second = await open(t, (await serveEcho(t)).url);
  await second.readable.cancel(error);
  assert.deepEqual(await second.stream.closed, { closeCode: 1005, reason: "" });
});

test("closed by the server: what came before can be read, a write that comes too late fails", async (t) => {
  const { url, accepted } = await serve(t);
  const peer = accepted();
  const { stream, readable, writable } = await open(t, url);
  const server = await peer;
  for (const message of ["1", "2", "3"]) server.send(message);
  server.close(4000, "enough");
  const got: unknown[] = [];
  for await (const message of readable) got.push(message);
  assert.deepEqual(got, ["1", "2", "3"]);
  assert.deepEqual(await stream.closed, { closeCode: 4000, reason: "enough" });
  await assert.rejects(writable.getWriter().write("x"), { name: "InvalidStateError" });
});

test("a connection that breaks ends both streams and closed, and a write that has not left", async (t) => {
  const { url, accepted } = await serve(t);
  const peer = accepted();
  const { stream, readable, writable } = await open(t, url);
  const server = await peer;
  server.pause();
  const writing = writable.getWriter().write(new Uint8Array(0x200_0000));
  server.terminate();
  await assert.rejects(writing, lost);
  await assert.rejects(readable.getReader().read(), lost);
  await assert.rejects(stream.closed, lost);
});

test("closed by the server with a write on its way: unclean, and the write is too late", async (t) => {
  const said = deferred();
  let cut = (): void => {};
  const url = await serveRaw(t, (peer, request) => {
    cut = () => peer.destroy();
    peer.write(acceptance(request));
    peer.once("data", () => {
      peer.pause();
      peer.write(serverFrame(closeOpcode, closePayload(4567, "enough")), () => said.resolve());
    });
  });
  const { stream, readable, writable } = await open(t, url);
  const writer = writable.getWriter();
  const writing = writer.write(new Uint8Array(0x200_0000));
  const later = writer.write("later");
  await said.promise;
  for (let turn = 0; turn < 20; turn++) await nextTurn(); // it is heard
  cut();
  await assert.rejects(stream.closed, { ...lost, closeCode: 4567, reason: "enough" });
  const tooLate = await writing.catch((error: unknown) => error);
  assert.ok(tooLate instanceof DOMException && tooLate.name === "InvalidStateError");
  assert.equal(await later.catch((error: unknown) => error), tooLate);
  assert.equal(await writer.write("word").catch((error: unknown) => error), tooLate);
  await assert.rejects(readable.getReader().read(), WebSocketError);
});

test("a connection that breaks while we close is not clean", async (t) => {
  const url = await serveRaw(t, (peer, request) => {
    peer.write(acceptance(request));
    peer.on("data", () => peer.destroy());
  });
  const { stream } = await open(t, url);
  stream.close({ closeCode: 4000, reason: "because" });
  await assert.rejects(stream.closed, lost);
});

test("a connection that breaks ends all with the same error", async (t) => {
  const { url, accepted } = await serve(t);
  const peer = accepted();
  const { stream, readable, writable } = await open(t, url);
  (await peer).terminate();
  const error = await stream.closed.catch((reason: unknown) => reason);
  assert.ok(error instanceof WebSocketError);
  assert.equal(
    await readable
      .getReader()
      .read()
      .catch((reason: unknown) => reason),
    error,
  );
  assert.equal(await writable.getWriter().ready.catch((reason: unknown) => reason), error);
});
