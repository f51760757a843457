import assert from "node:assert/strict";
import { test } from "node:test";
import { AckError } from "../src/acks.ts";
import type { Answer } from "../src/link.ts";
import type { Socket } from "../src/socket.ts";
import type { FakeLinkOptions } from "./fake-link.ts";
import { LateHistory } from "./late-history.ts";
import { memoryHistory, type Peer, tick, World, type WorldOptions } from "./world.ts";

interface Rig {
  readonly world: World;
  readonly peer: Peer;
  readonly socket: Socket;
  readonly errors: string[];
}

async function connected(options: WorldOptions = {}, link: FakeLinkOptions = {}): Promise<Rig> {
  const world = new World(options);
  const errors: string[] = [];
  world.namespace.on("error", (error, _socket, event) => errors.push(`${String(error)} in ${event}`));
  const peer = await world.connect({}, link);
  return { world, peer, socket: world.socketOf(peer), errors };
}

/** The client answers the newest event. */
function answer({ peer }: Rig, given: Answer): void {
  const ack = peer.link.received.at(-1)?.ack;
  assert.ok(ack !== undefined, "no ack is wanted");
  peer.link.handler.answered(ack, given);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AckError, String(error));
  return error.code;
}

test("a client's answer comes back: its first argument, if it has any", async () => {
  const rig = await connected();
  for (const [args, expected] of [
    [["ok"], "ok"],
    [[1, 2], 1],
    [[], undefined],
  ] as const) {
    const asked = rig.socket.emitWithAck("x");
    await tick();
    answer(rig, { args });
    assert.deepEqual(await asked, expected);
  }
  const called: unknown[] = [];
  rig.socket.emit("x", (...args: unknown[]) => called.push(args));
  rig.socket.timeout(1000).emit("y", (...args: unknown[]) => called.push(args));
  await tick();
  for (const { ack } of rig.peer.link.received.slice(-2)) rig.peer.link.handler.answered(ack ?? 0, { args: ["ok"] });
  assert.deepEqual(called, [["ok"], [null, "ok"]]);
});

test("a client's own error rejects with its code", async () => {
  const rig = await connected();
  const asked = codeOf(rig.socket.emitWithAck("x"));
  await tick();
  answer(rig, { error: { code: "busy", message: "later" } });
  assert.equal(await asked, "busy");
});

test("no answer in time rejects with timeout", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { world, socket } = await connected();
  const asked = codeOf(socket.timeout(100).emitWithAck("x"));
  const called: unknown[] = [];
  socket.timeout(100).emit("x", (error: AckError, ...rest: unknown[]) => called.push(error.code, rest));
  await tick();
  t.mock.timers.tick(100);
  assert.equal(await asked, "timeout");
  assert.deepEqual(called, ["timeout", []]);
  assert.deepEqual(world.namespace.waiting.acks, 0);
});

test("who has not answered a broadcast in time owes nothing any more", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = await connected();
  await rig.world.connect();
  const asked = codeOf(rig.world.namespace.timeout(100).emitWithAck("x"));
  await tick();
  answer(rig, { args: ["in time"] });
  assert.equal(rig.world.namespace.waiting.acks, 2, "the broadcast, and the one who has not answered");
  t.mock.timers.tick(100);
  assert.equal(await asked, "timeout");
  assert.equal(rig.world.namespace.waiting.acks, 0);
});

test("a client that cannot answer is not waited for", async () => {
  const { peer, socket, errors } = await connected({}, { canAck: false });
  assert.equal(await codeOf(socket.emitWithAck("x")), "ack-unsupported");
  assert.equal(await codeOf(socket.timeout(1e6).emitWithAck("x")), "ack-unsupported");
  const called: unknown[] = [];
  socket.timeout(1e6).emit("x", (error: AckError) => called.push(error.code));
  assert.deepEqual(called, ["ack-unsupported"]);
  socket.emit("x", () => assert.fail());
  assert.match(errors.join(), /^AckError: .*anywire\.v1 in x$/);
  await tick();
  assert.deepEqual(peer.link.names, []);
});

test("a client that goes before it answers rejects with disconnected, now and afterwards", async () => {
  const { world, peer, socket } = await connected({ history: memoryHistory() });
  const asked = codeOf(socket.emitWithAck("x"));
  socket.emit("x", () => assert.fail());
  await tick();
  peer.link.cut();
  assert.equal(await asked, "disconnected");
  assert.equal(await codeOf(socket.emitWithAck("x")), "disconnected");
  assert.deepEqual(world.namespace.waiting.acks, 0);
});

test("a client that goes before the event is even sent rejects with disconnected", async () => {
  const late = new LateHistory(memoryHistory());
  const { peer, socket } = await connected({ history: late });
  socket.emit("busy log");
  await tick();
  peer.link.cut();
  const asked = codeOf(socket.emitWithAck("x"));
  await late.settle();
  assert.equal(await asked, "disconnected");
});

test("another client cannot answer for it", async () => {
  const rig = await connected();
  const other = await rig.world.connect();
  const asked = rig.socket.emitWithAck("x");
  await tick();
  other.link.handler.answered(rig.peer.link.received[0]?.ack ?? 0, { args: ["forged"] });
  answer(rig, { args: ["own"] });
  assert.equal(await asked, "own");
});

test("a callback that throws is reported", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = await connected();
  const broken = (): never => {
    throw new Error("broken");
  };
  rig.socket.emit("a", broken);
  await tick();
  answer(rig, { args: [] });
  rig.socket.timeout(10).emit("b", broken);
  rig.world.namespace.operator.timeout(10).emit("c", broken);
  rig.world.namespace.operator.timeout(10).emit("d", async () => broken());
  await tick();
  t.mock.timers.tick(10);
  await tick();
  assert.deepEqual(
    rig.errors,
    ["a", "b", "c", "d"].map((event) => `Error: broken in ${event}`),
  );
});
