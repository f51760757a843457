import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "../src/link.ts";
import type { Socket } from "../src/socket.ts";
import type { FakeLinkOptions } from "./fake-link.ts";
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

interface Emits {
  emit(event: string, ...args: unknown[]): boolean;
  emitWithAck(event: string, ...args: unknown[]): Promise<unknown>;
}

test("bad names and arguments are refused at the call, and leave nothing behind", async () => {
  const { world, peer, socket } = await connected();
  const { operator } = world.namespace;
  const emitters: readonly Emits[] = [socket, socket.volatile, socket.broadcast, operator, socket.timeout(10)];
  for (const emitter of emitters) {
    assert.throws(() => emitter.emit("disconnect", () => {}), TypeError);
    assert.throws(() => emitter.emit("a\nb", () => {}), TypeError);
    assert.throws(() => emitter.emit("x", 1n, () => {}), TypeError);
    await assert.rejects(emitter.emitWithAck("x", 1n), TypeError);
  }
  await tick();
  assert.deepEqual(peer.link.names, []);
  assert.deepEqual(world.namespace.waiting.acks, 0);
});

test("numbers are rooms too, for programs without types", async () => {
  const { world, peer, socket } = await connected();
  await socket.join(7 as unknown as string);
  world.namespace.operator.to(7 as unknown as string).emit("seven");
  await tick();
  assert.deepEqual(peer.link.names, ["seven"]);
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
  assert.equal(world.namespace.adapter.sids.size, 0);
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
