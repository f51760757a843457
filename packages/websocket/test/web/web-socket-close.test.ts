/** class WebSocket: `close`, and closing by the peer. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { WebSocket } from "@anywire/websocket/web";
import { close as closeOpcode, closePayload, serverFrame, text } from "../frames.ts";
import { deferred } from "../messages.ts";
import { acceptance, connect, connected, failed, next, serve, serveEcho, serveRaw, story } from "./peers.ts";

const accepted: [name: string, given: unknown[], code: number, reason: string][] = [
  ["nothing", [], 1005, ""],
  ["undefined", [undefined], 1005, ""],
  ["undefined twice", [undefined, undefined], 1005, ""],
  ["an empty reason alone", [undefined, ""], 1005, ""],
  ["a reason alone", [undefined, "why"], 1000, "why"],
  ["1000", [1000], 1000, ""],
  ["1000 with a reason", [1000, "Clean Close"], 1000, "Clean Close"],
  ["3000", [3000, "x"], 3000, "x"],
  ["4999", [4999, "x"], 4999, "x"],
  ["a text that is a code", ["3001"], 3001, ""],
  ["a code with a fraction", [2999.9], 3000, ""],
  ["a reason that is null", [1000, null], 1000, "null"],
  ["a reason of 123 bytes", [1000, "é".repeat(61)], 1000, "é".repeat(61)],
  ["lone surrogates", [1000, "\ud807"], 1000, "\ufffd"],
  ["a pair of surrogates", [1000, "😀"], 1000, "😀"],
];

for (const [name, given, code, reason] of accepted) {
  test(`${name}: the peer sees it, and it comes back`, async (t) => {
    const { url, accepted } = await serveEcho(t);
    const peer = accepted();
    const socket = await connected(t, url);
    const seen = once(await peer, "close");
    assert.equal(Reflect.apply(socket.close, socket, given), undefined);
    assert.equal(socket.readyState, WebSocket.CLOSING);
    assert.deepEqual(await story(socket), [{ code, reason, wasClean: true }]);
    assert.deepEqual(await seen, [code, Buffer.from(reason)]);
    assert.equal(socket.readyState, WebSocket.CLOSED);
  });
}

const refused: [given: unknown[], name: string][] = [
  ...[0, 500, 999, 1001, 1005, 2999, 5000, 65_536 + 1000, -1, NaN, "why", null, true, {}].map(
    (code): [unknown[], string] => [[code], "InvalidAccessError"],
  ),
  [[1000, "é".repeat(62)], "SyntaxError"],
  [[undefined, "a".repeat(124)], "SyntaxError"],
  [[1000, "\ud800".repeat(42)], "SyntaxError"],
  [[999, "a".repeat(124)], "InvalidAccessError"],
];

test("what cannot be said is refused in every state, and nothing is closed by it", async (t) => {
  const socket = connect(t, (await serve(t)).url);
  const check = (): void => {
    const before = socket.readyState;
    for (const [given, name] of refused) {
      assert.throws(() => Reflect.apply(socket.close, socket, given), { constructor: DOMException, name });
    }
    assert.throws(() => Reflect.apply(socket.close, socket, [Symbol("x")]), TypeError);
    assert.throws(() => Reflect.apply(socket.close, socket, [1000, Symbol("x")]), TypeError);
    assert.equal(socket.readyState, before);
  };
  check();
  await next(socket, "open");
  check();
  socket.close();
  check();
  await next(socket, "close");
  check();
});

test("before open the connection fails, and no event comes inside the call", async (t) => {
  const socket = connect(t, await serveRaw(t, () => {}));
  const told = story(socket);
  socket.close(3000, "x");
  assert.equal(socket.readyState, WebSocket.CLOSING);
  assert.deepEqual(await told, ["error", failed]);
});

test("given up while the server thinks, the connection is cut", async (t) => {
  const asked = deferred();
  const cut = deferred();
  const url = await serveRaw(t, (peer) => {
    peer.on("close", cut.resolve);
    asked.resolve();
  });
  const socket = connect(t, url);
  const told = story(socket);
  await asked.promise;
  assert.equal(socket.readyState, WebSocket.CONNECTING);
  socket.close();
  assert.equal(socket.readyState, WebSocket.CLOSING);
  assert.deepEqual(await told, ["error", failed]);
  await cut.promise;
});

test("given up when the answer is on its way: open is never told", async (t) => {
  const { url, wss } = await serve(t);
  const socket = connect(t, url);
  const told = story(socket);
  await once(wss, "connection");
  socket.close();
  assert.notEqual((await told)[0], "open");
});

test("again and again, also in the events: there is one close event", async (t) => {
  const socket = connect(t, (await serve(t)).url);
  let closed = 0;
  const states: number[] = [];
  socket.onerror = () => socket.close();
  socket.onclose = () => {
    closed++;
    states.push(socket.readyState);
    socket.close();
    states.push(socket.readyState);
  };
  for (let times = 0; times < 3; times++) socket.close();
  await next(socket, "close");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(closed, 1);
  assert.deepEqual(states, [WebSocket.CLOSED, WebSocket.CLOSED]);
});

test("the server closes: its code and reason are told, and it gets its answer", async (t) => {
  const { url, accepted } = await serve(t);
  const peer = accepted();
  const socket = await connected(t, url);
  const server = await peer;
  const answered = once(server, "close");
  const told = story(socket);
  server.close(1001, "going é");
  assert.deepEqual(await told, [{ code: 1001, reason: "going é", wasClean: true }]);
  assert.deepEqual(await answered, [1001, Buffer.from("going é")]);
});

test("data after the close frame are not told", async (t) => {
  const url = await serveRaw(t, (peer, request) => {
    const frames = [serverFrame(closeOpcode, closePayload(1000)), serverFrame(text, "late")];
    peer.write(Buffer.concat([Buffer.from(acceptance(request)), ...frames]));
    peer.on("data", () => peer.end());
  });
  assert.deepEqual(await story(connect(t, url)), ["open", { code: 1000, reason: "", wasClean: true }]);
});

test("an answer to what came with the close frame is too late: it is counted, and the close is clean", async (t) => {
  const url = await serveRaw(t, (peer, request) => {
    const frames = [serverFrame(text, "last"), serverFrame(closeOpcode, closePayload(1000))];
    peer.write(Buffer.concat([Buffer.from(acceptance(request)), ...frames]));
    peer.on("data", () => peer.end());
  });
  const socket = connect(t, url);
  socket.onmessage = () => socket.send("late");
  assert.deepEqual(await story(socket), ["open", "last", { code: 1000, reason: "", wasClean: true }]);
  assert.equal(socket.bufferedAmount, 4);
});

test("between the peer's close frame and the end, the state is closing, and close does nothing", async (t) => {
  const url = await serveRaw(t, (peer, request) => {
    peer.write(Buffer.concat([Buffer.from(acceptance(request)), serverFrame(closeOpcode, closePayload(3000))]));
    peer.on("data", () => {
      assert.equal(socket.readyState, WebSocket.CLOSING);
      socket.close(4000);
      socket.send("counted");
      peer.end();
    });
  });
  const socket = connect(t, url);
  assert.deepEqual(await story(socket), ["open", { code: 3000, reason: "", wasClean: true }]);
  assert.equal(socket.bufferedAmount, 7);
});

test("a connection that ends while it closes, without the peer's close frame, is not clean", async (t) => {
  const url = await serveRaw(t, (peer, request) => {
    peer.write(acceptance(request));
    peer.on("data", () => peer.destroy());
  });
  const socket = await connected(t, url);
  socket.close(3000);
  assert.deepEqual(await story(socket), ["error", failed]);
});

test("closed by the server before all has left: the code is the server's, but it is not clean", async (t) => {
  let cut = (): void => {};
  const url = await serveRaw(t, (peer, request) => {
    cut = () => peer.destroy();
    peer.write(acceptance(request));
    peer.once("data", () => {
      peer.pause();
      peer.write(serverFrame(closeOpcode, closePayload(4567)));
    });
  });
  const socket = connect(t, url);
  socket.onopen = () => socket.send(new Uint8Array(0x200_0000));
  const told = story(socket);
  while (socket.readyState !== WebSocket.CLOSING) await nextTurn();
  cut();
  assert.deepEqual(await told, ["open", { code: 4567, reason: "", wasClean: false }]);
});
