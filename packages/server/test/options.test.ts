import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultHistoryLimits, resolveServerOptions, type ServerOptions } from "../src/options.ts";
import { Server } from "../src/server.ts";
import { memoryHistory } from "./world.ts";

test("every limit has a finite default, and history is off until asked for", () => {
  const { plain, history, recovery, gate, decoder, ...limits } = resolveServerOptions({});
  assert.deepEqual({ plain, history, recovery }, { plain: undefined, history: false, recovery: undefined });
  assert.deepEqual(limits, {
    path: "/socket.io",
    serveClient: true,
    connectTimeout: 45_000,
    attachmentTimeout: 60_000,
    cleanupEmptyChildNamespaces: false,
    authenticate: undefined,
    ackTimeout: 30_000,
  });
  assert.deepEqual(decoder, { maxAttachments: 1_000, maxAttachmentBytes: 16_777_216, maxDepth: 1_000 });
  assert.deepEqual(gate, {
    authorize: undefined,
    heartbeat: 0,
    connectionHandlerTimeout: 5_000,
    maxSockets: 100_000,
    skipMiddlewares: false,
  });
});

test("connection state recovery turns history on, for as long as a client may be away", () => {
  const { recovery, history, gate } = resolveServerOptions({ connectionStateRecovery: {} });
  assert.deepEqual(recovery, { maxDisconnectionDuration: 120_000, skipMiddlewares: true });
  assert.deepEqual(history, defaultHistoryLimits);
  assert.equal(gate.skipMiddlewares, true);
  const short = { connectionStateRecovery: { maxDisconnectionDuration: 5_000, skipMiddlewares: false } };
  assert.deepEqual(resolveServerOptions(short).history, { ...defaultHistoryLimits, age: 5_000 });
});

test("a history is given by its limits, each with a default, or as a log of one's own", () => {
  assert.deepEqual(resolveServerOptions({ history: {} }).history, defaultHistoryLimits);
  assert.deepEqual(resolveServerOptions({ history: { age: 1 } }).history, { ...defaultHistoryLimits, age: 1 });
  const log = memoryHistory();
  assert.equal(resolveServerOptions({ history: log }).history, log);
});

test("a program that adds to Object.prototype adds no option", (t) => {
  Object.defineProperty(Object.prototype, "added", { value: "by the program", enumerable: true, configurable: true });
  t.after(() => Reflect.deleteProperty(Object.prototype, "added"));
  const server = new Server({ plain: {} });
  assert.equal(server.engine.opts.pingTimeout, 20_000);
});

const invalid: [name: string, options: Partial<ServerOptions>][] = [
  ["ackTimeout", { ackTimeout: 0 }],
  ["ackTimeout", { ackTimeout: Number.POSITIVE_INFINITY }],
  ["connectionHandlerTimeout", { connectionHandlerTimeout: -1 }],
  ["maxSockets", { maxSockets: Number.NaN }],
  ["history.events", { history: { events: 0 } }],
  ["history.bytes", { history: { bytes: -1 } }],
  ["history.age", { history: { age: Number.NaN } }],
];
for (const [name, options] of invalid) {
  test(`refuses ${JSON.stringify(options)} by the option's name`, () => {
    assert.throws(() => resolveServerOptions(options), new RegExp(`^TypeError: ${name} must be a whole number from 1`));
  });
}

const misunderstood: [name: string, options: unknown, message: RegExp][] = [
  ["authorize that is no function", { plain: { authorize: 5 } }, /plain\.authorize must be a function/],
  ["plain: true", { plain: true }, /plain must be an object/],
  ["history: true", { history: true }, /history must be false, an object of limits, or a log/],
  ["a timeout that no timer takes", { ackTimeout: 2 ** 31 }, /ackTimeout must be a whole number from 1 to 2147483647/],
];
for (const [name, options, message] of misunderstood) {
  test(`refuses ${name} with a clear word`, () => {
    assert.throws(() => resolveServerOptions(options as ServerOptions), { name: "TypeError", message });
  });
}
