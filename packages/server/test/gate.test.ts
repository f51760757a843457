import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdmissionRequest } from "../src/admission.ts";
import type { RefusalCode } from "../src/errors.ts";
import type { Socket } from "../src/socket.ts";
import { FakeLink } from "./fake-link.ts";
import { helloOf, Joined, refusal } from "./joined-world.ts";
import { LateHistory } from "./late-history.ts";
import { handshake, memoryHistory, requestOf, tick, World, type WorldOptions } from "./world.ts";

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
  void world.server.close();
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
  assert.equal(await refusal(world.connect({ handshake: { ...handshake, url: "/refused" } })), "refused");
  const admission = await world.gate.admit(requestOf());
  admission.abandon();
  await tick();
  assert.equal(world.namespace.adapter.rooms.size, 0);
  assert.equal(world.namespace.adapter.sids.size, 0);
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
