import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdmissionRequest } from "../src/admission.ts";
import type { Authorize } from "../src/authorization.ts";
import { Refusal, type RefusalCode } from "../src/errors.ts";
import type { Hello, UnrecoveredReason } from "../src/link.ts";
import type { Socket } from "../src/socket.ts";
import { FakeLink } from "./fake-link.ts";
import { LateHistory } from "./late-history.ts";
import { memoryHistory, type Peer, requestOf, tick, World, type WorldOptions } from "./world.ts";

async function refusal(promise: Promise<unknown>): Promise<RefusalCode> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Refusal, String(error));
  return error.code;
}

function helloOf({ link }: Peer): Hello | undefined {
  return link.hello;
}

/** A world whose sockets join the room a, and are kept in `sockets`. */
class Joined extends World {
  readonly sockets: Socket[] = [];

  constructor(options: WorldOptions = {}) {
    super({ history: memoryHistory(), ...options });
    this.namespace.on("connection", (socket: Socket) => {
      this.sockets.push(socket);
      if (!socket.recovered) void socket.join("a");
    });
  }

  say(...names: string[]): void {
    for (const name of names) this.namespace.operator.to("a").emit(name);
  }

  /** Cuts the link and comes back, by session unless said otherwise. */
  async comeBack(peer: Peer, request: Partial<AdmissionRequest> = {}): Promise<Peer> {
    peer.link.cut();
    const again = await this.connect({ session: peer.admission.session, since: peer.link.ids.at(-1), ...request });
    await tick();
    return again;
  }
}

test("a new client is told its session, its socket's id, and where delivery starts", async () => {
  const world = new Joined();
  world.say("before");
  await tick();
  const { link, admission } = await world.connect();
  const [socket] = world.sockets;
  assert.deepEqual(link.hello, {
    session: admission.session,
    socket: socket?.id,
    heartbeat: 25_000,
    recovered: false,
    reason: undefined,
    id: "e-1",
  });
  assert.ok(admission.session.length >= 22, "128 bits at least");
  assert.notEqual(admission.session, socket?.id);
  assert.equal(world.gate.find(admission.session)?.link, link);
  world.say("after");
  await tick();
  assert.deepEqual(link.names, ["after"]);
});

const whole = { join: true, history: true };
const refusals: [name: string, options: WorldOptions["gate"], request: Partial<AdmissionRequest>, code: RefusalCode][] =
  [
    ["more sockets than allowed", { maxSockets: 1 }, {}, "overloaded"],
    ["a room where nobody grants any", {}, { rooms: ["a"] }, "not-authorised"],
    ["rooms of which none is granted", { authorize: () => ["b"] }, { rooms: ["a"] }, "not-authorised"],
    [
      "rooms that may be read but not joined",
      { authorize: () => ({ a: { join: false, history: true } }) },
      { rooms: ["a"] },
      "not-authorised",
    ],
    ["a poll of a session that is unknown", {}, { wire: "poll", session: "unknown" }, "unknown-session"],
  ];
for (const [name, gate, request, code] of refusals) {
  test(`refuses ${name}`, async () => {
    const world = new World({ gate: gate ?? {} });
    await world.connect();
    assert.equal(await refusal(world.connect(request)), code);
    assert.equal(world.namespace.sockets.size, 1);
  });
}

test("who asks for several rooms gets those that are granted", async () => {
  const world = new World({
    gate: { authorize: () => ({ a: whole, b: { join: false, history: true }, other: whole }) },
  });
  const socket = world.socketOf(await world.connect({ rooms: ["a", "b", "c"] }));
  assert.deepEqual(socket.rooms, new Set([socket.id, "a"]));
});

test("a session belongs to its principal: to others it is 403, connected or not", async () => {
  const world = new Joined();
  const mine = await world.connect({ principal: "me" });
  const { session } = mine.admission;
  for (const principal of ["you", undefined])
    assert.equal(await refusal(world.connect({ session, principal })), "session-not-yours");
  mine.link.cut();
  for (const principal of ["you", undefined])
    assert.equal(await refusal(world.connect({ session, principal })), "session-not-yours");
  assert.equal((await world.comeBack(mine, { principal: "me" })).link.hello?.recovered, true);
  const anonymous = await world.connect();
  assert.equal(
    await refusal(world.connect({ session: anonymous.admission.session, principal: "me" })),
    "session-not-yours",
  );
});

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
    socket.on("disconnect", (reason) => log.push(`disconnect: ${reason}`));
  });
  const older = await world.connect({}, { closes: "later" });
  older.link.close = (reason) => log.push(`link closed: ${reason}`);
  const newer = await world.connect({ session: older.admission.session, since: "e-0" });
  assert.deepEqual(log, [
    "connection",
    "disconnecting from 2 rooms",
    "disconnect: session taken over",
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

test("a resume waits for async connection handlers, but no longer than 5 seconds", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const world = new World({ history: memoryHistory() });
  let join = (): void => {};
  world.namespace.on("connection", async (socket: Socket) => {
    await new Promise<void>((resolve) => {
      join = resolve;
    });
    await socket.join("a");
  });
  world.namespace.operator.to("a").emit("missed");
  await tick();
  const patient = await world.connect({ since: "e-0" });
  await tick();
  assert.equal(helloOf(patient), undefined);
  join();
  await tick();
  assert.deepEqual([helloOf(patient)?.recovered, patient.link.names], [true, ["missed"]]);
  const late = await world.connect({ since: "e-0" });
  t.mock.timers.tick(4_999);
  await tick();
  assert.equal(helloOf(late), undefined);
  t.mock.timers.tick(1);
  await tick();
  assert.deepEqual([helloOf(late)?.recovered, late.link.names], [true, []]);
  join();
  await tick();
  world.namespace.operator.to("a").emit("live");
  await tick();
  assert.deepEqual(late.link.names, ["live"], "a later join replays nothing");
});

test("a connection handler that rejects is reported, and the replay goes on", async () => {
  const world = new Joined();
  const errors: unknown[][] = [];
  world.namespace.on("error", (...args) => errors.push(args));
  world.namespace.on("connection", async () => Promise.reject(new Error("broken")));
  world.say("one");
  await tick();
  const { link } = await world.connect({ since: "e-0" });
  await tick();
  assert.deepEqual(link.names, ["one"]);
  assert.deepEqual(
    errors.map(([error, socket, event]) => [String(error), socket, event]),
    [["Error: broken", world.sockets[0], "connection"]],
  );
});

test("what a handler asks for while the log is late is done before the replay", async () => {
  const late = new LateHistory(memoryHistory());
  const world = new World({ history: late });
  world.namespace.on("connection", (socket: Socket) => {
    world.namespace.operator.emit("somebody came"); // the log is busy with it
    void socket.join("a");
  });
  world.namespace.operator.to("a").emit("missed");
  await late.settle();
  const { link } = await world.connect({ since: "e-0" });
  await late.settle();
  assert.deepEqual(link.names, ["missed", "somebody came"]);
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

test("without a history an id is of no log that the server has", async () => {
  const world = new World();
  const { link } = await world.connect({ since: "e-7" });
  assert.deepEqual([link.hello?.recovered, link.hello?.reason, link.hello?.id], [false, "epoch-changed", undefined]);
  const other = await world.connect({ session: "other", since: "e-7" });
  assert.equal(other.link.hello?.reason, "unknown-session");
});

test("a log that fails during a replay closes the link, so that the client may try again", async () => {
  const log = memoryHistory();
  const world = new World({ history: log });
  const errors: string[] = [];
  world.namespace.on("error", (error) => errors.push(String(error)));
  log.read = () => {
    throw new Error("the log is down");
  };
  const { link } = await world.connect({ since: "e-0" });
  await tick();
  assert.equal(link.closedFor, "slow-consumer");
  assert.deepEqual(errors, ["Error: the log is down"]);
});

test("who is said goodbye to and disconnected during its replay hears all until then", async () => {
  const world = new World({ history: memoryHistory() });
  world.namespace.operator.emit("missed");
  await tick();
  world.namespace.on("connection", (socket: Socket) => {
    socket.emit("goodbye");
    socket.disconnect();
    world.namespace.operator.emit("not for it");
  });
  const { link } = await world.connect({ since: "e-0" });
  await tick();
  assert.deepEqual(link.names, ["missed", "goodbye"]);
  assert.equal(link.closedFor, "disconnected");
  assert.equal(world.namespace.sockets.size, 0);
});

test("a link that dies before its turn came is announced and ended, in this order", async () => {
  const late = new LateHistory(memoryHistory());
  const world = new Joined({ history: late });
  const log: string[] = [];
  world.namespace.on("connection", (socket: Socket) => {
    log.push(`connection ${socket.connected}`);
    socket.on("disconnect", (reason) => log.push(reason));
  });
  world.say("one");
  await tick();
  const { link } = await world.connect();
  link.cut();
  assert.deepEqual(log, []);
  await late.settle();
  assert.deepEqual(log, ["connection true", "transport close"]);
  assert.equal(world.namespace.sockets.size, 0);
});

test("what a client says before its turn came waits for its handlers", async () => {
  const late = new LateHistory(memoryHistory());
  const world = new World({ history: late });
  const heard: unknown[] = [];
  world.namespace.on("connection", (socket: Socket) => {
    socket.on("hi", (name, ack) => {
      heard.push(name);
      ack("hello");
    });
  });
  world.namespace.operator.emit("one");
  await tick();
  const { link } = await world.connect();
  const answers: unknown[] = [];
  link.handler.receive({ name: "hi", args: ["Ada"], id: undefined }, (answer) => answers.push(answer));
  assert.deepEqual([heard, answers], [[], []]);
  await late.settle();
  assert.deepEqual([heard, answers], [["Ada"], [{ args: ["hello"] }]]);
});

test("nobody is let in while the server closes, nor who was on the way", async () => {
  const world = new Joined();
  const admission = await world.gate.admit(requestOf());
  world.gate.closing = true;
  assert.equal(await refusal(world.gate.admit(requestOf())), "shutting-down");
  const { link } = world.open(admission);
  assert.equal(link.closedFor, "shutting-down");
  assert.equal(world.sockets.length, 0);
});

test("a client that is refused, or goes before its link is up, leaves nothing behind", async () => {
  const world = new World({ history: memoryHistory() });
  world.namespace.use((socket, next) => {
    void socket.join("early");
    socket.emit("early");
    next(socket.handshake.url === "/refused" ? new Error("no") : undefined);
  });
  const { handshake } = requestOf();
  assert.equal(await refusal(world.connect({ handshake: { ...handshake, url: "/refused" } })), "refused");
  const admission = await world.gate.admit(requestOf());
  admission.abandon();
  await tick();
  assert.equal(world.namespace.rooms.rooms.size, 0);
  assert.equal(world.namespace.rooms.sids.size, 0);
  assert.deepEqual(world.namespace.sessions.sizes, { live: 0, parked: 0 });
});

test("rooms joined in a middleware are entered with the others, on the way back too", async () => {
  const world = new Joined();
  world.namespace.use((socket, next) => {
    void socket.join(["early", "left"]);
    void socket.leave("left");
    next();
  });
  const peer = await world.connect();
  const { id } = world.socketOf(peer);
  assert.deepEqual(world.socketOf(peer).rooms, new Set([id, "early", "a"]));
  const again = await world.comeBack(peer, { since: "e-0" });
  assert.deepEqual(world.socketOf(again).rooms, new Set([id, "early", "a"]));
});

test("a middleware that disconnects the socket and lets it pass ends it", async () => {
  const world = new Joined();
  world.namespace.use((socket, next) => {
    socket.disconnect();
    next();
  });
  const { link } = await world.connect();
  assert.equal(link.closedFor, "disconnected");
  assert.equal(world.sockets.length, 0);
});

test("a link that dies when it is opened is not announced", async () => {
  const world = new Joined();
  const admission = await world.gate.admit(requestOf());
  const link = new FakeLink(admission.handler);
  link.open = () => link.cut();
  admission.open(link);
  assert.equal(world.sockets.length, 0);
  assert.equal(world.namespace.sockets.size, 0);
});
