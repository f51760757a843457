/** class WebSocket as it tells what happens: the order, the tasks, the classes and the fields of its events. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { CloseEvent, WebSocket } from "@anywire/websocket/web";
import { binary, close as closeOpcode, closePayload, serverFrame, text } from "../frames.ts";
import { uncaughtError } from "../messages.ts";
import { acceptance, connect, connected, failed, next, serve, serveEcho, serveRaw, story } from "./peers.ts";

test("handlers and listeners are called in the order in which they were added", async (t) => {
  const socket = connect(t, (await serveEcho(t)).url);
  const order: string[] = [];
  for (const type of ["open", "message", "close"] as const) {
    socket.addEventListener(type, () => order.push(`${type} 1`));
    socket[`on${type}`] = () => order.push(`${type} 2`);
    socket.addEventListener(type, () => order.push(`${type} 3`));
  }
  await next(socket, "open");
  socket.send("Goodbye");
  await next(socket, "message");
  socket.close();
  await next(socket, "close");
  const thrice = (type: string): string[] => [`${type} 1`, `${type} 2`, `${type} 3`];
  assert.deepEqual(order, [...thrice("open"), ...thrice("message"), ...thrice("close")]);
});

test("events have the classes and the fields of the standard", async (t) => {
  const { url } = await serveEcho(t);
  const socket = connect(t, `${url}path`);
  const open = await next(socket, "open");
  assert.deepEqual([open.type, open.bubbles, open.cancelable, open.target], ["open", false, false, socket]);
  assert.equal(Object.getPrototypeOf(open), Event.prototype);
  socket.send("x");
  const message = await next(socket, "message");
  assert.ok(message instanceof MessageEvent);
  const { data, origin, lastEventId, ports, source, bubbles, cancelable } = message;
  assert.deepEqual([data, lastEventId, ports, source, bubbles, cancelable], ["x", "", [], null, false, false]);
  assert.equal(origin, url.slice(0, -1));
  socket.close(4000, "x");
  const close = await next(socket, "close");
  assert.ok(close instanceof CloseEvent);
  assert.deepEqual([close.bubbles, close.cancelable, close.target], [false, false, socket]);
});

test("a removed listener is not called, an object's handleEvent is", async (t) => {
  const socket = connect(t, (await serve(t)).url);
  const called: unknown[] = [];
  const removed = (): unknown => called.push("removed");
  const object = {
    handleEvent(this: unknown, event: Event) {
      called.push(this === object, event.type);
    },
  };
  socket.addEventListener("open", removed);
  socket.addEventListener("open", object);
  socket.removeEventListener("open", removed);
  await next(socket, "open");
  assert.deepEqual(called, [true, "open"]);
});

test("a program may dispatch events of its own", async (t) => {
  const socket = connect(t, (await serve(t)).url);
  const called: string[] = [];
  socket.onclose = () => called.push("close");
  socket.addEventListener("mine", () => called.push("mine"));
  socket.dispatchEvent(new Event("mine"));
  socket.dispatchEvent(new Event("close"));
  assert.deepEqual(called, ["mine", "close"]);
  assert.equal(socket.readyState, WebSocket.CONNECTING);
});

/** Opens, and says all of it in one write. */
async function saying(t: Parameters<typeof serveRaw>[0], ...frames: Buffer[]): Promise<WebSocket> {
  const url = await serveRaw(t, (peer, request) => {
    peer.write(Buffer.concat([Buffer.from(acceptance(request)), ...frames]));
    peer.on("data", () => peer.end());
  });
  return connect(t, url);
}

test("each message is a task: who awaits one does not miss the next of the same chunk", async (t) => {
  const frames = Array.from({ length: 50 }, (_, at) => serverFrame(text, String(at)));
  const socket = await saying(t, ...frames, serverFrame(closeOpcode, closePayload(1000)));
  for (let at = 0; at < 50; at++) {
    const { data } = await next(socket, "message");
    assert.equal(data, String(at));
    for (let depth = 0; depth < 5; depth++) await null;
    assert.equal(socket.readyState, WebSocket.OPEN);
  }
  await nextTurn();
  assert.equal(socket.readyState, WebSocket.CLOSING);
  assert.equal((await next(socket, "close")).code, 1000);
});

test("the binary type counts when the message is told, not when it came", async (t) => {
  const socket = await saying(t, serverFrame(binary, "one"), serverFrame(binary, "two"), serverFrame(binary, ""));
  const first = await next(socket, "message");
  socket.binaryType = "arraybuffer";
  const second = await next(socket, "message");
  const third = await next(socket, "message");
  assert.ok(first.data instanceof Blob && second.data instanceof ArrayBuffer && third.data instanceof ArrayBuffer);
  assert.equal(await first.data.text(), "one");
  assert.deepEqual(new Uint8Array(second.data), new Uint8Array(Buffer.from("two")));
  assert.equal(third.data.byteLength, 0);
});

test("messages after close was called are not told", async (t) => {
  const socket = await saying(t, serverFrame(text, "a"), serverFrame(text, "b"), serverFrame(closeOpcode));
  socket.addEventListener("message", () => socket.close());
  assert.deepEqual(await story(socket), ["open", "a", { code: 1005, reason: "", wasClean: true }]);
});

const faults: [name: string, frame: Buffer][] = [
  ["a reserved opcode", serverFrame(3, "LOL")],
  ["a masked frame", Buffer.of(0x81, 0x81, 0, 0, 0, 0, 0x61)],
  ["invalid UTF-8", serverFrame(text, Buffer.of(0xc0, 0x80))],
  ["a reserved bit", serverFrame(text, "x", { reserved: 0x20 })],
  ["a close code that may not be sent", serverFrame(closeOpcode, closePayload(1006))],
  ["too much", serverFrame(binary, "", { length: 0x1_0000_0000 })],
];

for (const [name, frame] of faults) {
  test(`${name} fails the connection: what came before is told, why it failed is not`, async (t) => {
    const socket = await saying(t, serverFrame(text, "test"), frame, serverFrame(text, "more"));
    const state = next(socket, "error").then(() => socket.readyState);
    assert.deepEqual(await story(socket), ["open", "test", "error", failed]);
    assert.equal(await state, WebSocket.CLOSED);
  });
}

test("a connection that breaks is an error, and not clean", async (t) => {
  const { url, accepted } = await serve(t);
  const peer = accepted();
  const socket = await connected(t, url);
  (await peer).terminate();
  assert.deepEqual(await story(socket), ["error", failed]);
});

test("an error of a listener is the process's, and the next events still come", async (t) => {
  const socket = await connected(t, (await serveEcho(t)).url);
  const uncaught = uncaughtError();
  socket.onmessage = () => {
    throw new Error("mine");
  };
  socket.send("x");
  assert.match(String(await uncaught), /mine/);
  socket.onmessage = null;
  socket.send("y");
  assert.equal((await next(socket, "message")).data, "y");
});

test("a peer that sends faster than events are told is slowed down, and nothing is lost", async (t) => {
  const megabyte = "m".repeat(0x10_0000);
  const { url, accepted } = await serve(t, { perMessageDeflate: true });
  const peer = accepted();
  const socket = await connected(t, url);
  const server = await peer;
  const lengths: number[] = [];
  const all = new Promise<void>((resolve) => {
    socket.onmessage = ({ data }) => {
      lengths.push(data.length);
      if (lengths.length === 30) resolve();
    };
  });
  for (let at = 0; at < 30; at++) server.send(megabyte.slice(at));
  await all;
  assert.deepEqual(
    lengths,
    Array.from({ length: 30 }, (_, at) => megabyte.length - at),
  );
});
