/** class WebSocket in the shape that Web IDL gives to its interface. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "@anywire/websocket/web";
import { connect, serve } from "./peers.ts";

const attributes = ["url", "readyState", "bufferedAmount", "extensions", "protocol"];
const settable = ["onopen", "onmessage", "onerror", "onclose", "binaryType"];
const methods: [name: string, length: number][] = [
  ["send", 1],
  ["close", 0],
];
const constants = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };

test("the class is an EventTarget, takes one argument and needs new", () => {
  assert.equal(Object.getPrototypeOf(WebSocket), EventTarget);
  assert.equal(Object.getPrototypeOf(WebSocket.prototype), EventTarget.prototype);
  assert.equal(WebSocket.length, 1);
  assert.equal(WebSocket.name, "WebSocket");
  assert.equal(Object.prototype.toString.call(WebSocket.prototype), "[object WebSocket]");
  assert.throws(() => Reflect.apply(WebSocket, undefined, ["ws://localhost/"]), TypeError);
  assert.throws(() => Reflect.construct(WebSocket, []), TypeError);
  assert.throws(() => Reflect.construct(WebSocket, [undefined]), { name: "SyntaxError" });
});

test("the tag of the class is not enumerable, and may be changed by nobody but its owner", () => {
  const tag = Object.getOwnPropertyDescriptor(WebSocket.prototype, Symbol.toStringTag);
  assert.deepEqual(tag, { value: "WebSocket", writable: false, enumerable: false, configurable: true });
});

for (const [name, value] of Object.entries(constants)) {
  test(`${name} is on the class and on its prototype, and does not change`, () => {
    const constant = { value, writable: false, enumerable: true, configurable: false };
    assert.deepEqual(Object.getOwnPropertyDescriptor(WebSocket, name), constant);
    assert.deepEqual(Object.getOwnPropertyDescriptor(WebSocket.prototype, name), constant);
  });
}

for (const name of [...attributes, ...settable]) {
  test(`${name} is an accessor of the prototype, for WebSockets alone`, () => {
    const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(WebSocket.prototype, name) ?? {};
    assert.deepEqual([enumerable, configurable], [true, true]);
    assert.equal(get?.name, `get ${name}`);
    assert.equal(set?.name, settable.includes(name) ? `set ${name}` : undefined);
    assert.throws(() => get?.call(new EventTarget()), TypeError);
    assert.throws(() => get?.call(WebSocket.prototype), TypeError);
    if (set !== undefined) assert.throws(() => set.call({}, null), TypeError);
  });
}

for (const [name, length] of methods) {
  test(`${name} is a method of the prototype, for WebSockets alone`, () => {
    const property = Object.getOwnPropertyDescriptor(WebSocket.prototype, name);
    assert.deepEqual([property?.enumerable, property?.writable, property?.configurable], [true, true, true]);
    assert.equal(property?.value.length, length);
    assert.throws(() => Reflect.apply(property?.value, new EventTarget(), ["x"]), TypeError);
  });
}

test("nothing else is on the prototype, and nothing can be enumerated on a socket itself", async (t) => {
  const members = [...attributes, ...settable, ...methods.map(([name]) => name), ...Object.keys(constants)];
  assert.deepEqual(Object.getOwnPropertyNames(WebSocket.prototype).sort(), ["constructor", ...members].sort());
  const socket = connect(t, (await serve(t)).url);
  assert.deepEqual(Object.keys(socket), []);
});

test("what can only be read is not changed by a program", async (t) => {
  const socket = connect(t, (await serve(t)).url);
  for (const name of attributes) {
    const before: unknown = Reflect.get(socket, name);
    assert.equal(Reflect.set(socket, name, "mine"), false);
    assert.equal(Reflect.deleteProperty(socket, name), true); // there is none on the socket
    assert.equal(Reflect.get(socket, name), before);
  }
});

test("binaryType is blob, and takes no other value than arraybuffer", async (t) => {
  const socket = connect(t, (await serve(t)).url);
  assert.equal(socket.binaryType, "blob");
  socket.binaryType = "arraybuffer";
  for (const value of ["nodebuffer", "notBlobOrArrayBuffer", "", "Blob", null, undefined, 1]) {
    Reflect.set(socket, "binaryType", value);
    assert.equal(socket.binaryType, "arraybuffer");
  }
  Reflect.set(socket, "binaryType", { toString: () => "blob" });
  assert.equal(socket.binaryType, "blob");
});

for (const name of ["onopen", "onmessage", "onerror", "onclose"]) {
  test(`${name} is null until an object is set`, async (t) => {
    const socket = connect(t, (await serve(t)).url);
    assert.equal(Reflect.get(socket, name), null);
    const handler = (): void => {};
    for (const [value, kept] of [
      [handler, handler],
      [2, null],
      [handler, handler],
      [undefined, null],
      [handler, handler],
      [null, null],
    ]) {
      Reflect.set(socket, name, value);
      assert.equal(Reflect.get(socket, name), kept);
    }
  });
}

test("a subclass keeps all of it", async (t) => {
  class Mine extends WebSocket {
    readonly mine = true;
  }
  const socket = new Mine((await serve(t)).url);
  assert.ok(socket instanceof WebSocket && socket.mine);
  assert.equal(socket.readyState, Mine.CONNECTING);
  socket.close();
});
