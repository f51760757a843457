import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdmissionRequest } from "../src/admission.ts";
import type { Authorize } from "../src/authorization.ts";
import type { UnrecoveredReason } from "../src/link.ts";
import type { Socket } from "../src/socket.ts";
import { Joined } from "./joined-world.ts";
import { memoryHistory, requestOf, tick, World } from "./world.ts";

const whole = { join: true, history: true };

test("who comes back by session has its id, rooms and data again, and what it missed", async () => {
  const world = new Joined({ gate: { authorize: () => true } });
  const peer = await world.connect({ rooms: ["asked"] });
  const before = world.socketOf(peer);
  before.data.name = "Ada";
  void before.leave("asked");
  void before.join("asked");
  world.say("one");
  await tick();
  peer.link.cut();
  world.say("two");
  world.namespace.operator.to("asked").emit("three");
  before.emit("private");
  const again = await world.comeBack(peer);
  const after = world.socketOf(again);
  assert.notEqual(after, before);
  assert.deepEqual([after.id, after.recovered, after.data], [before.id, true, { name: "Ada" }]);
  assert.deepEqual(after.rooms, new Set([before.id, "a", "asked"]));
  assert.deepEqual(again.link.hello, { ...peer.link.hello, recovered: true, id: undefined });
  assert.deepEqual(again.link.names, ["two", "three", "private"]);
  world.say("live");
  await tick();
  assert.deepEqual(again.link.names, ["two", "three", "private", "live"]);
});

test("a client that had no id yet hears its session from the start, and is told where that was", async () => {
  const world = new Joined();
  world.say("long ago");
  await tick();
  const peer = await world.connect();
  peer.link.cut();
  world.say("missed");
  const again = await world.comeBack(peer, { since: undefined });
  assert.deepEqual(again.link.names, ["missed"]);
  assert.equal(again.link.hello?.id, "e-1");
});

interface Reason {
  readonly name: string;
  readonly reason: UnrecoveredReason | undefined;
  readonly history?: Parameters<typeof memoryHistory>[0];
  readonly authorize?: Authorize;
  /** What happens while the client is away; it said `one` to room a before. */
  readonly away?: (world: Joined, socket: Socket) => void;
  readonly request?: Partial<AdmissionRequest>;
  readonly heard?: string[];
}
let isRevoked = false;
const reasons: Reason[] = [
  { name: "nothing was lost", reason: undefined, heard: ["missed"] },
  {
    name: "the session is unknown",
    reason: "unknown-session",
    request: { session: "other", since: undefined },
    heard: [],
  },
  {
    name: "the session is unknown, but an id is given: what the rooms that its handlers join had since",
    reason: "unknown-session",
    request: { session: "other" },
    heard: ["missed"],
  },
  {
    name: "the session ended",
    reason: "unknown-session",
    request: { since: undefined },
    away: (_, socket) => socket.disconnect(),
    heard: [],
  },
  { name: "the id is of another log", reason: "epoch-changed", request: { since: "before-7" }, heard: [] },
  {
    name: "the id is of another log, without a session",
    reason: "epoch-changed",
    request: { since: "before-7", session: undefined },
    heard: [],
  },
  {
    name: "events of its room left the window",
    reason: "window-exceeded",
    history: { events: 1 },
    away: (world) => world.say("more"),
    heard: [],
  },
  {
    name: "events of another room left the window",
    reason: undefined,
    history: { events: 2 },
    away: (world) => void world.namespace.operator.to("b").emit("b"),
    heard: ["missed"],
  },
  {
    name: "only what excluded it left the window",
    reason: undefined,
    history: { events: 1 },
    away: (world, socket) => {
      for (const name of ["x", "y"]) world.namespace.operator.to("a").except(socket.id).emit(name);
    },
    heard: [],
  },
  {
    name: "a room that it asked for is not granted any more",
    reason: "not-authorised",
    authorize: () => !isRevoked,
    request: { rooms: [] },
    heard: [],
  },
];
for (const { name, reason, history = {}, authorize, away, request, heard } of reasons) {
  test(`says ${reason ?? "that all is recovered"} when ${name}`, async () => {
    isRevoked = false;
    const world = new Joined({ history: memoryHistory(history), gate: { authorize: authorize ?? (() => true) } });
    const peer = await world.connect({ rooms: ["asked"] });
    const socket = world.socketOf(peer);
    world.say("one");
    await tick();
    isRevoked = true;
    if (!name.startsWith("only what excluded")) {
      peer.link.cut();
      world.say("missed");
    }
    away?.(world, socket);
    const again = await world.comeBack(peer, { rooms: authorize === undefined ? ["asked"] : [], ...request });
    assert.deepEqual([again.link.hello?.recovered, again.link.hello?.reason], [reason === undefined, reason]);
    if (reason === undefined) assert.equal(world.socketOf(again).recovered, true);
    else assert.equal(world.socketOf(again).recovered, false);
    assert.deepEqual(again.link.names, heard);
    world.say("live");
    await tick();
    assert.equal(again.link.names.at(-1), "live");
  });
}

test("a session whose stays are too many to keep says so rather than lose one", async () => {
  const world = new Joined();
  const peer = await world.connect();
  const socket = world.socketOf(peer);
  for (let count = 0; count < 101; count++) {
    void socket.join(`room ${count}`);
    world.namespace.operator.to(`room ${count}`).emit("in between");
    void socket.leave(`room ${count}`);
  }
  assert.equal(peer.link.ids.length, 101);
  const lost = await world.comeBack(peer, { since: "e-0" });
  assert.equal(lost.link.hello?.reason, "window-exceeded");
  const known = await world.connect();
  void world.socketOf(known).join("room");
  assert.equal((await world.comeBack(known)).link.hello?.recovered, true);
});

test("a session that is taken over closes its older link first, and ends its older socket", async () => {
  const world = new Joined();
  const log: string[] = [];
  world.namespace.on("connection", (socket: Socket) => {
    log.push("connection");
    socket.on("disconnecting", () => log.push(`disconnecting from ${socket.rooms.size} rooms`));
    socket.on("disconnect", (reason, why) => log.push(`disconnect: ${reason}, ${why}`));
  });
  const older = await world.connect({}, { closes: "later" });
  older.link.close = (reason) => log.push(`link closed: ${reason}`);
  const newer = await world.connect({ session: older.admission.session, since: "e-0" });
  assert.deepEqual(log, [
    "connection",
    "disconnecting from 2 rooms",
    "disconnect: transport close, session taken over",
    "link closed: taken-over",
    "connection",
  ]);
  older.link.cut();
  older.link.handler.receive({ name: "x", args: [], id: undefined }, undefined);
  assert.equal(world.namespace.sockets.size, 1, "the end of the older link is not the newer one's");
  assert.equal(world.socketOf(newer).connected, true);
  assert.equal(world.gate.find(older.admission.session)?.link, newer.link);
});

test("what the older socket is told to do afterwards does not touch the newer one", async () => {
  const world = new Joined();
  const older = await world.connect();
  const before = world.socketOf(older);
  const newer = await world.connect({ session: older.admission.session, since: "e-0" });
  const after = world.socketOf(newer);
  void before.leave("a");
  void before.join("b");
  before.disconnect();
  assert.deepEqual(after.rooms, new Set([after.id, "a"]));
  assert.equal(after.connected, true);
});

test("two that resume one session at once: the later one has it", async () => {
  const world = new Joined();
  const peer = await world.connect();
  world.say("one");
  peer.link.cut();
  const request = requestOf({ session: peer.admission.session, since: "e-0" });
  const [first, second] = await Promise.all([world.gate.admit(request), world.gate.admit(request)]);
  const one = world.open(first);
  const two = world.open(second);
  await tick();
  assert.equal(one.link.closedFor, "taken-over");
  assert.deepEqual(two.link.names, ["one"]);
  assert.equal(world.namespace.sockets.size, 1);
});

test("a session that ends while its return is being judged is not resurrected", async () => {
  const world = new Joined({ gate: { authorize: () => tick().then(() => true) } });
  const peer = await world.connect({ rooms: ["asked"] });
  const socket = world.socketOf(peer);
  void socket.join("private");
  world.say("one");
  await tick();
  const returning = world.connect({ session: peer.admission.session, since: "e-1" });
  socket.disconnect();
  const again = await returning;
  for (let turn = 0; turn < 3; turn++) await tick(); // the past of its rooms is asked about, too
  assert.equal(again.link.hello?.reason, "unknown-session");
  assert.deepEqual(world.socketOf(again).rooms, new Set([socket.id, "a"]));
  assert.deepEqual(world.socketOf(again).data, {});
});

test("a socket that the program disconnects while its client is away cannot come back", async () => {
  const world = new Joined();
  const peer = await world.connect();
  const socket = world.socketOf(peer);
  peer.link.cut();
  socket.disconnect();
  assert.equal((await world.comeBack(peer, { since: "e-0" })).link.hello?.reason, "unknown-session");
});

test("by an id alone: only the past that is granted is heard, and the rest is told", async () => {
  const joinOnly = { join: true, history: false };
  const world = new World({ history: memoryHistory(), gate: { authorize: () => ({ open: whole, closed: joinOnly }) } });
  for (const room of ["open", "closed", "open"]) world.namespace.operator.to(room).emit(room);
  await tick();
  const { link } = await world.connect({ rooms: ["open", "closed"], since: "e-0" });
  await tick();
  assert.deepEqual([link.hello?.recovered, link.hello?.reason], [false, "not-authorised"]);
  assert.deepEqual(link.names, ["open", "open"]);
  world.namespace.operator.to("closed").emit("live");
  await tick();
  assert.equal(link.names.at(-1), "live");
});

test("by an id alone: all is recovered if every room's past is granted; the private room is not asked about", async () => {
  const asked: (readonly string[])[] = [];
  const authorize: Authorize = (_, rooms) => {
    asked.push(rooms);
    return { a: whole };
  };
  const world = new World({ history: memoryHistory(), gate: { authorize } });
  world.namespace.operator.to("a").emit("one");
  await tick();
  const { link } = await world.connect({ rooms: ["a"], since: "e-0" });
  await tick();
  assert.deepEqual([link.hello?.recovered, link.names], [true, ["one"]]);
  assert.deepEqual(asked, [["a"], ["a"]], "to join, and again for the past");
});

test("by an id alone: an authorize that fails over the past grants none of it", async () => {
  let asked = 0;
  const world = new World({
    history: memoryHistory(),
    gate: {
      authorize: () => {
        asked += 1;
        if (asked > 1) throw new Error("down");
        return true;
      },
    },
  });
  world.namespace.operator.to("a").emit("one");
  await tick();
  const { link } = await world.connect({ rooms: ["a"], since: "e-0" });
  await tick();
  assert.deepEqual([link.hello?.reason, link.names], ["not-authorised", []]);
});
