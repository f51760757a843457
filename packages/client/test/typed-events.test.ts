/** Types of events on a client's socket: those of socket.io-client, so that its programs compile unchanged. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { io, Manager, type ManagerOptions, type Socket, type SocketOptions } from "../src/node.ts";

interface ServerToClient {
  noArg: () => void;
  news: (title: string, count: number) => void;
  ask: (question: string, answer: (value: number) => void) => void;
}

interface ClientToServer {
  ping2: () => void;
  say: (text: string, urgent?: boolean) => void;
  sum: (a: number, b: number, answer: (result: number) => void) => void;
  safe: (a: string, answer: (error: Error | null, result: string) => void) => void;
}

const url = "http://a.test";
const idle: Partial<ManagerOptions & SocketOptions> = { autoConnect: false };

/** Compiled, never called. */
const neverRun = (_compiled: () => unknown): void => {};

test("without maps every name and argument will do", () => {
  const socket = io(url, idle);
  socket.on("news", (title: string) => title);
  socket.on("any", (...args) => args.length);
  socket.emit("say", 1, [], {});
  neverRun(async () => {
    const answer: unknown = await socket.emitWithAck("ask", 1);
    return answer;
  });
  assert.equal(socket.listeners("news").length, 1);
});

test("listeners are given what the map says", () => {
  const socket: Socket<ServerToClient, ClientToServer> = io(url, idle);
  socket.on("noArg", () => {});
  socket.on("news", (title, count) => [title satisfies string, count satisfies number]);
  socket.once("ask", (question, answer) => answer((question satisfies string).length));
  socket.off("news").off();
  // @ts-expect-error: not in the map
  socket.on("unknown", () => {});
  // @ts-expect-error: it is a string
  socket.on("news", (title: number) => title);
  assert.deepEqual(socket.listeners("noArg"), []);
});

test("reserved events are known beside the map", () => {
  const socket: Socket<ServerToClient, ClientToServer> = io(url, idle);
  socket.on("connect", () => {});
  socket.on("connect_error", (error) => [error.message satisfies string, error.data]);
  socket.on("disconnect", (reason, description) => {
    const known: Socket.DisconnectReason = reason;
    return [known, description instanceof Error ? description.message : description?.description];
  });
  // @ts-expect-error: it is a reason
  socket.on("disconnect", (reason: number) => reason);
  assert.equal(socket.listeners("disconnect").length, 2);
});

test("what is emitted is what the map says", () => {
  const socket: Socket<ServerToClient, ClientToServer> = io(url, idle);
  socket.emit("ping2");
  socket.emit("say", "hello").emit("say", "hello", true);
  socket.volatile.compress(true).emit("say", "hello");
  socket.emit("sum", 1, 2, (result) => result satisfies number);
  socket.timeout(1).emit("sum", 1, 2, (error, result) => [error satisfies Error | null, result satisfies number]);
  neverRun(() => {
    // @ts-expect-error: not in the map
    socket.emit("unknown");
    // @ts-expect-error: of the server
    socket.emit("news", "title", 1);
    // @ts-expect-error: it is a string
    socket.emit("say", 1);
    // @ts-expect-error: one is missing
    socket.emit("sum", 1);
  });
  assert.equal(socket.sendBuffer.length, 5); // without the volatile one
});

test("answers have their types", () => {
  const socket: Socket<ServerToClient, ClientToServer> = io(url, idle);
  neverRun(async () => {
    const result: number = await socket.emitWithAck("sum", 1, 2);
    const later: number = await socket.timeout(1_000).emitWithAck("sum", 1, 2);
    // @ts-expect-error: it is a number
    const text: string = await socket.emitWithAck("sum", 1, 2);
    return [result, later, text];
  });
  assert.equal(socket.active, false);
});

test("a manager's events and settings have their types", () => {
  const manager = new Manager<ServerToClient, ClientToServer>(url, idle);
  manager.on("open", () => {});
  manager.on("error", (error) => error.message satisfies string);
  manager.on("close", (reason, description) => [reason satisfies string, description]);
  manager.on("packet", ({ type }) => type satisfies number);
  for (const event of ["reconnect", "reconnect_attempt"] as const) manager.on(event, (n) => n satisfies number);
  manager.on("reconnect_error", (error) => error.message satisfies string);
  manager.on("reconnect_failed", () => {});
  manager.on("ping", () => {});
  // @ts-expect-error: it is a number
  manager.on("reconnect", (attempt: string) => attempt);
  const delay: number = manager.reconnectionDelay();
  const same: Manager<ServerToClient, ClientToServer> = manager.reconnection(true).reconnectionDelayMax(delay);
  assert.equal(same, manager);
});
