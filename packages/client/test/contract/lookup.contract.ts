/** Which calls of `io()` share a connection, and what `io` carries. Nothing is dialled here. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientOptions, ClientSocket, Library } from "./library.ts";

type Call = readonly [uri: string, options?: ClientOptions & { "force new connection"?: boolean }];

/** Each row has a host of its own: managers are remembered for the life of the process. */
const together: readonly [name: string, first: Call, second: Call][] = [
  ["two namespaces", ["http://a1.test/"], ["http://a1.test/chat"]],
  ["no path, and a namespace", ["http://a2.test"], ["http://a2.test/chat"]],
  ["the port of HTTP, said or not", ["http://a3.test/a"], ["http://a3.test:80/b"]],
  ["the port of HTTPS, said or not", ["https://a4.test/a"], ["https://a4.test:443/b"]],
  ["the port of wss, said or not", ["wss://a5.test/a"], ["wss://a5.test:443/b"]],
  ["the same path, said or not", ["http://a6.test/a"], ["http://a6.test/b", { path: "/socket.io" }]],
  ["the same other path", ["http://a7.test/a", { path: "/x" }], ["http://a7.test/b", { path: "/x" }]],
  ["another query", ["http://a8.test/a?x=1"], ["http://a8.test/b?x=2"]],
  ["IPv6", ["http://[::1]:81/a"], ["http://[::1]:81/b"]],
  ["multiplex: true", ["http://a9.test/a"], ["http://a9.test/b", { multiplex: true }]],
];
const apart: readonly [name: string, first: Call, second: Call][] = [
  ["the same namespace twice", ["http://b1.test/a"], ["http://b1.test/a"]],
  ["the root namespace twice", ["http://b2.test"], ["http://b2.test/"]],
  ["forceNew", ["http://b3.test/a"], ["http://b3.test/b", { forceNew: true }]],
  ["force new connection", ["http://b4.test/a"], ["http://b4.test/b", { "force new connection": true }]],
  ["multiplex: false", ["http://b5.test/a"], ["http://b5.test/b", { multiplex: false }]],
  ["another host", ["http://b6.test/a"], ["http://b7.test/b"]],
  ["another port", ["http://b8.test/a"], ["http://b8.test:81/b"]],
  ["another scheme", ["http://b9.test/a"], ["https://b9.test/b"]],
  ["another path", ["http://b10.test/a"], ["http://b10.test/b", { path: "/other" }]],
  ["a first one that was forced", ["http://b11.test/a", { forceNew: true }], ["http://b11.test/b"]],
];

export function lookupContract({ io, connect, default: main, Manager, Socket, protocol }: Library): void {
  const call = ([uri, options]: Call): ClientSocket => io(uri, { autoConnect: false, ...options });

  for (const [name, first, second] of together) {
    test(`one connection: ${name}`, () => assert.equal(call(first).io, call(second).io));
  }
  for (const [name, first, second] of apart) {
    test(`two connections: ${name}`, () => assert.notEqual(call(first).io, call(second).io));
  }

  test("a third socket of another namespace shares the first connection, not the forced one", () => {
    const first = call(["http://c1.test/a"]);
    const forced = call(["http://c1.test/a"]);
    const third = call(["http://c1.test/b"]);
    assert.equal(third.io, first.io);
    assert.notEqual(third.io, forced.io);
  });

  test("the first call's options are the connection's", () => {
    const first = call(["http://c2.test/a", { reconnectionDelay: 123 }]);
    const second = call(["http://c2.test/b", { reconnectionDelay: 456 }]);
    assert.equal(second.io.reconnectionDelay(), 123);
    assert.equal(first.io.opts.reconnectionDelay, 123);
  });

  const namespaces: readonly [uri: string, namespace: string][] = [
    ["http://c3.test", "/"],
    ["http://c4.test/", "/"],
    ["http://c5.test/chat", "/chat"],
    ["http://c6.test/chat/room", "/chat/room"],
    ["http://c7.test/chat?a=b", "/chat"],
    ["http://c8.test?a=b", "/"],
    ["http://user:secret@c9.test/chat", "/chat"],
  ];
  for (const [uri, namespace] of namespaces) {
    test(`the namespace of ${uri}`, () => assert.equal(Reflect.get(call([uri]), "nsp"), namespace));
  }

  const queries: readonly [name: string, call: Call, query: unknown][] = [
    ["as an option", ["http://d2.test/a", { query: { x: "1" } }], { x: "1" }],
    ["that is not there", ["http://d4.test/a"], undefined],
  ];
  for (const [name, called, query] of queries) {
    test(`a query ${name}`, () => assert.deepEqual({ ...call(called).io.opts.query }, { ...(query as object) }));
  }

  test("what was made is what the library exports", () => {
    const socket = call(["http://e1.test/a"]);
    assert.ok(socket instanceof Socket);
    assert.ok(socket.io instanceof Manager);
    assert.equal(protocol, 5);
    assert.deepEqual([connect, main], [io, io]);
  });

  test("io carries the rest of the library", () => {
    assert.deepEqual(
      ["io", "connect", "Manager", "Socket"].map((name) => Reflect.get(io, name)),
      [io, io, Manager, Socket],
    );
  });

  test("a manager has one socket per namespace", () => {
    const manager = new Manager("http://e2.test", { autoConnect: false });
    const chat = manager.socket("/chat");
    assert.equal(manager.socket("/chat"), chat);
    assert.notEqual(manager.socket("/other"), chat);
    assert.equal(chat.io, manager);
  });

  test("nothing is dialled without autoConnect", () => {
    const { io: manager, active, connected, disconnected, id } = call(["http://e3.test/a"]);
    assert.equal(manager.engine, undefined);
    assert.equal(manager._readyState, "closed");
    assert.deepEqual([active, connected, disconnected, id], [false, false, true, undefined]);
  });
}
