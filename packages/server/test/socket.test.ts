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

test("what it sends reaches its client alone, in order", async () => {
  const { world, peer, socket } = await connected();
  const other = await world.connect();
  socket.emit("a", 1, { two: 2 });
  socket.send("text");
  socket.volatile.emit("b");
  await tick();
  const received = peer.link.received.map(({ name, args }) => [name, ...args]);
  assert.equal(JSON.stringify(received), '[["a",1,{"two":2}],["message","text"],["b"]]');
  assert.deepEqual(other.link.names, []);
});

test("to, except and broadcast leave the socket itself out", async () => {
  const { world, peer, socket } = await connected();
  const [friend, stranger] = [await world.connect(), await world.connect()];
  for (const each of [socket, world.socketOf(friend)]) void each.join("a");
  socket.broadcast.emit("all others");
  socket.to("a").emit("others in a");
  socket.in(["a", "b"]).emit("in is to");
  socket.except("a").emit("others not in a");
  await tick();
  assert.deepEqual(peer.link.names, []);
  assert.deepEqual(friend.link.names, ["all others", "others in a", "in is to"]);
  assert.deepEqual(stranger.link.names, ["all others", "others not in a"]);
});

test("rooms and events with the names of an object's own things work like others", async () => {
  const { world, peer, socket } = await connected();
  for (const name of ["__proto__", "constructor", "toString"]) {
    const heard: unknown[] = [];
    socket.on(name, (...args) => heard.push(args));
    await socket.join(name);
    world.namespace.operator.to(name).emit(name, name);
    peer.link.handler.receive({ name, args: [1], id: name }, undefined);
    await tick();
    assert.deepEqual(peer.link.received.at(-1)?.args, [name]);
    assert.deepEqual(heard, [[1]]);
    await socket.leave(name);
    world.namespace.operator.to(name).emit(name);
  }
  await tick();
  assert.equal(peer.link.received.length, 3);
});

test("arguments changed after the emit change neither what is sent nor what is replayed", async () => {
  const { world, peer, socket } = await connected({ history: memoryHistory() });
  const list = [1];
  const bytes = new Uint8Array([1]);
  socket.emit("x", list, bytes);
  list.push(2);
  bytes[0] = 2;
  await tick();
  const again = await world.connect({ session: peer.admission.session, since: "e-0" });
  await tick();
  for (const { link } of [peer, again]) assert.deepEqual(link.received[0]?.args, [[1], Buffer.from([1])]);
});

test("bad names and arguments are refused at the call, and leave nothing behind", async () => {
  const { world, peer, socket } = await connected();
  for (const emitter of [socket, socket.volatile, socket.broadcast, world.namespace.operator, socket.timeout(10)]) {
    assert.throws(() => emitter.emit("disconnect", () => {}), TypeError);
    assert.throws(() => emitter.emit("a\nb", () => {}), TypeError);
    assert.throws(() => emitter.emit("x", 1n, () => {}), TypeError);
    await assert.rejects(
      "emitWithAck" in emitter ? emitter.emitWithAck("x", 1n) : Promise.reject(new TypeError()),
      TypeError,
    );
  }
  await tick();
  assert.deepEqual(peer.link.names, []);
  assert.deepEqual(world.namespace.acks.sizes, { waiting: 0, owing: 0 });
});

test("numbers are rooms too, for programs without types", async () => {
  const { world, peer, socket } = await connected();
  await socket.join(7 as unknown as string);
  world.namespace.operator.to(7 as unknown as string).emit("seven");
  await tick();
  assert.deepEqual(peer.link.names, ["seven"]);
});

test("a client's answer comes back: one argument, several, none", async () => {
  const rig = await connected();
  for (const [args, expected] of [
    [["ok"], "ok"],
    [
      [1, 2],
      [1, 2],
    ],
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
  assert.deepEqual(world.namespace.acks.sizes, { waiting: 0, owing: 0 });
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
  assert.deepEqual(world.namespace.acks.sizes, { waiting: 0, owing: 0 });
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

test("listeners that throw or reject are reported, and never crash", async () => {
  const { peer, socket, errors } = await connected();
  socket.on("x", () => {
    throw new Error("thrown");
  });
  socket.on("x", async () => {
    throw new Error("rejected");
  });
  for (const event of ["disconnecting", "disconnect"]) {
    socket.on(event, () => {
      throw new Error("thrown");
    });
  }
  peer.link.handler.receive({ name: "x", args: [], id: undefined }, undefined);
  await tick();
  peer.link.cut();
  assert.deepEqual(errors, [
    "Error: thrown in x",
    "Error: rejected in x",
    "Error: thrown in disconnecting",
    "Error: thrown in disconnect",
  ]);
});

test("it is connected, in its rooms, until it has said `disconnecting`", async () => {
  const { world, peer, socket } = await connected();
  await socket.join("a");
  const log: unknown[] = [];
  for (const event of ["disconnecting", "disconnect"]) {
    socket.on(event, (reason) => log.push([event, reason, socket.connected, socket.disconnected, socket.rooms.size]));
  }
  peer.link.cut("ping timeout");
  assert.deepEqual(log, [
    ["disconnecting", "ping timeout", true, false, 2],
    ["disconnect", "ping timeout", false, true, 0],
  ]);
  assert.equal(world.namespace.sockets.size, 0);
});

test("disconnecting it while it disconnects changes nothing", async () => {
  const { peer, socket } = await connected();
  const log: unknown[] = [];
  for (const event of ["disconnecting", "disconnect"]) {
    socket.on(event, (reason) => {
      log.push([event, reason]);
      socket.disconnect(true);
    });
  }
  socket.disconnect();
  socket.disconnect();
  assert.deepEqual(log, [
    ["disconnecting", "server namespace disconnect"],
    ["disconnect", "server namespace disconnect"],
  ]);
  assert.equal(peer.link.closedFor, "disconnected");
});

test("goodbye reaches those who are disconnected after it", async () => {
  const { world, peer, socket } = await connected({ history: memoryHistory() });
  await socket.join("a");
  world.namespace.operator.to("a").emit("bye");
  world.namespace.operator.to("a").disconnectSockets();
  world.namespace.operator.to("a").emit("nobody hears this");
  await tick();
  assert.deepEqual(peer.link.names, ["bye"]);
  assert.equal(peer.link.closedFor, "disconnected");
});

test("after its end it does nothing, but what is sent to it waits for its client to come back", async () => {
  const { world, peer, socket } = await connected({ history: memoryHistory() });
  peer.link.cut();
  await socket.join("a");
  await socket.leave("a");
  socket.emit("result");
  socket.volatile.emit("lost");
  const answers: Answer[] = [];
  peer.link.handler.receive({ name: "x", args: [], id: undefined }, (each) => answers.push(each));
  assert.equal("error" in (answers[0] ?? {}), true);
  assert.equal(world.namespace.rooms.sids.size, 0);
  const again = await world.connect({ session: peer.admission.session, since: "e-0" });
  await tick();
  assert.deepEqual(again.link.names, ["result"]);
});

test("one link that throws does not keep an event from the others", async () => {
  const { world, peer, errors } = await connected();
  const others = [await world.connect(), await world.connect()];
  peer.link.send = () => {
    throw new Error("broken link");
  };
  world.namespace.operator.emit("x");
  await tick();
  assert.deepEqual(
    others.map(({ link }) => link.names),
    [["x"], ["x"]],
  );
  assert.deepEqual(errors, ["Error: broken link in x"]);
});
