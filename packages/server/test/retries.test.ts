/** Emits that a client of ours repeats, by packets: the handler runs once, and each try is answered the same. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as parser from "socket.io-parser";
import type { ServerOptions } from "../src/index.ts";
import type { Socket } from "../src/socket.ts";
import type { RawClient } from "./raw-client.ts";
import { patience, RawHouse, socketsOf, until } from "./raw-house.ts";

const nonce = "A".repeat(22);
const auth = { "anywire:nonce": nonce };
const ours = "EIO=4&anywire=1";

type Ack = (...answer: unknown[]) => void;

class Scene {
  readonly house: RawHouse;
  /** How often the handler of each event ran. */
  readonly runs: Record<string, number> = {};
  /** Of `late`, in order. */
  readonly acks: Ack[] = [];

  private constructor(house: RawHouse) {
    this.house = house;
  }

  static async open(t: TestContext, options: Partial<ServerOptions> = {}): Promise<Scene> {
    const scene = new Scene(await RawHouse.open(t, options));
    scene.house.io.on("connection", (socket) => scene.serve(socket));
    scene.house.io.of("/b").on("connection", (socket) => scene.serve(socket));
    return scene;
  }

  async enter(said: object = auth, { query = ours, namespace = "/" } = {}): Promise<RawClient> {
    const client = await this.house.session(query);
    assert.match(String(await client.enter(namespace, said)), /^40/);
    return client;
  }

  private serve(socket: Socket): void {
    const count = (name: string): void => {
      this.runs[name] = (this.runs[name] ?? 0) + 1;
    };
    socket.on("quick", (value, ack: Ack) => {
      count("quick");
      ack(value, Buffer.from([1, 2]));
    });
    socket.on("late", (ack: Ack) => {
      count("late");
      this.acks.push(ack);
    });
    socket.on("bad", () => {
      count("bad");
      throw Object.assign(new Error("no"), { code: "mine" });
    });
    socket.on("silent", () => count("silent"));
    socket.on("sync", (ack: Ack) => ack());
  }
}

const quick = '421["quick","a"]';
const quickAnswer = ['461-1["a",{"_placeholder":true,"num":0}]', Buffer.from([1, 2])];

test("a repeat on the same session, and one on the next, get the stored answer", patience, async (t) => {
  const scene = await Scene.open(t);
  const first = await scene.enter();
  for (let times = 0; times < 2; times++) assert.deepEqual(await first.send(quick).several(2), quickAnswer);
  first.socket.terminate();
  await until(() => socketsOf(scene.house).length === 0);
  const second = await scene.enter();
  assert.deepEqual(await second.send(quick).several(2), quickAnswer);
  assert.deepEqual(scene.runs, { quick: 1 });
});

test(
  "while the old connection hangs half open, the repeat on the new one gets the stored answer",
  patience,
  async (t) => {
    const scene = await Scene.open(t);
    const first = await scene.enter();
    assert.deepEqual(await first.send(quick).several(2), quickAnswer);
    const second = await scene.enter();
    assert.deepEqual(await second.send(quick).several(2), quickAnswer);
    assert.deepEqual([scene.runs, socketsOf(scene.house).length], [{ quick: 1 }, 2]);
  },
);

test("what still runs is answered on the newest session alone, when it is done", patience, async (t) => {
  const scene = await Scene.open(t);
  const clients = [await scene.enter(), await scene.enter(), await scene.enter()];
  for (const client of clients) assert.equal(await client.send('425["late"]', '426["sync"]').next(), "436[]");
  assert.equal(scene.acks.length, 1);
  scene.acks[0]?.("done");
  assert.equal(await clients[2]?.next(), '435["done"]');
  for (const client of clients.slice(0, 2)) assert.equal(await client.send('427["sync"]').next(), "437[]");
});

test("it may be repeated as often as the client likes, and over one connection", patience, async (t) => {
  const scene = await Scene.open(t);
  const client = await scene.enter();
  for (let times = 0; times < 100; times++) client.send('425["late"]');
  assert.equal(await client.send('426["sync"]').next(), "436[]");
  scene.acks[0]?.("done");
  assert.equal(await client.next(), '435["done"]');
  assert.equal(await client.send('427["sync"]').next(), "437[]");
  assert.deepEqual(scene.runs, { late: 1 });
});

test("an error is an answer too", patience, async (t) => {
  const scene = await Scene.open(t);
  for (let times = 0; times < 2; times++) {
    const client = await scene.enter();
    assert.equal(await client.send('423["bad"]').next(), '443{"code":"mine","message":"no"}');
  }
  assert.deepEqual([scene.runs, scene.house.errors], [{ bad: 1 }, ["no in bad"]]);
});

test("a handler that gives no answer in time has answered: it does not run again", patience, async (t) => {
  const scene = await Scene.open(t, { ackTimeout: 1 });
  const timeout = '445{"code":"timeout","message":"it was not answered in time"}';
  for (let times = 0; times < 2; times++) assert.equal(await (await scene.enter()).send('425["late"]').next(), timeout);
  assert.deepEqual(scene.runs, { late: 1 });
});

test("what nothing listened to was not run: its repeat runs", patience, async (t) => {
  const scene = await Scene.open(t);
  const client = await scene.enter();
  assert.match(String(await client.send('421["new"]').next()), /^441\{"code":"no-handler"/);
  for (const socket of socketsOf(scene.house)) socket.on("new", (ack: Ack) => ack("now"));
  assert.equal(await client.send('421["new"]').next(), '431["now"]');
});

test(
  "what was on its way through a middleware when its connection broke is run by its repeat, once",
  patience,
  async (t) => {
    const scene = await Scene.open(t);
    const waiting: (() => void)[] = [];
    scene.house.io.on("connection", (socket) => socket.use((_event, next) => void waiting.push(next)));
    const first = await scene.enter();
    first.send(quick);
    await until(() => waiting.length === 1);
    const second = await scene.enter();
    second.send(quick, quick, '426["sync"]');
    await until(() => waiting.length === 2);
    first.socket.terminate();
    await until(() => socketsOf(scene.house).length === 1);
    assert.equal(waiting.length, 2, "its repeats wait for it");
    waiting[1]?.();
    assert.equal(await second.next(), "436[]");
    waiting[0]?.();
    await until(() => waiting.length === 3);
    waiting[2]?.();
    assert.deepEqual(await second.several(2), quickAnswer);
    assert.deepEqual(scene.runs, { quick: 1 });
  },
);

test("emits that want no ack are as they were", patience, async (t) => {
  const scene = await Scene.open(t);
  const client = await scene.enter();
  for (let times = 0; times < 3; times++) client.send('42["silent"]');
  assert.equal(await client.send('426["sync"]').next(), "436[]");
  assert.deepEqual(scene.runs, { silent: 3 });
});

const strangers: readonly [name: string, said: object, how?: { query?: string; namespace?: string }][] = [
  ["another nonce", { "anywire:nonce": `${nonce.slice(1)}B` }],
  ["no nonce", {}],
  ["what is no nonce", { "anywire:nonce": `${nonce}A` }],
  ["a foreign client", auth, { query: "EIO=4" }],
  ["another namespace", auth, { namespace: "/b" }],
];

for (const [name, said, how] of strangers) {
  test(`${name} shares nothing with it`, patience, async (t) => {
    const scene = await Scene.open(t);
    const first = await scene.enter();
    assert.deepEqual(await first.send(quick).several(2), quickAnswer);
    const other = await scene.enter(said, how);
    const prefix = how?.namespace === undefined ? "" : `${how.namespace},`;
    const [head = ""] = await other.send(`42${prefix}1["quick","b"]`).several(2);
    assert.equal(head, `461-${prefix}1["b",{"_placeholder":true,"num":0}]`);
    assert.deepEqual(scene.runs, { quick: 2 });
  });
}

test("another principal with the same nonce shares nothing with it", patience, async (t) => {
  const scene = await Scene.open(t, {
    authenticate: ({ auth }) => (auth.name === undefined ? undefined : String(auth.name)),
  });
  for (const name of ["ann", "bob", undefined]) {
    for (let times = 0; times < 2; times++) {
      const client = await scene.enter({ ...auth, name });
      const [head] = await client.send(`421["quick","${name}"]`).several(2);
      assert.equal(head, `461-1["${name}",{"_placeholder":true,"num":0}]`);
    }
  }
  assert.deepEqual(scene.runs, { quick: 3 });
});

test("with recovery, too: whether the session goes on, or a new one begins", patience, async (t) => {
  const scene = await Scene.open(t, { connectionStateRecovery: {} });
  const first = await scene.house.session(ours);
  const { pid } = JSON.parse(String(await first.enter("/", auth)).slice(2));
  assert.deepEqual(await first.send(quick).several(2), quickAnswer);
  first.socket.terminate();
  await until(() => socketsOf(scene.house).length === 0);
  for (const said of [{ ...auth, pid }, auth, { ...auth, pid: "unknown" }])
    assert.deepEqual(await (await scene.enter(said)).send(quick).several(2), quickAnswer);
  assert.deepEqual(scene.runs, { quick: 1 });
});

test("a tab that moves to a session of its own is known there", patience, async (t) => {
  const scene = await Scene.open(t);
  const shared = await scene.enter(auth, { namespace: "/#a" });
  assert.equal(await shared.send('42/#a,1["bad"]').next(), '44/#a,1{"code":"mine","message":"no"}');
  const own = await scene.enter();
  assert.equal(await own.send('421["bad"]').next(), '441{"code":"mine","message":"no"}');
  assert.deepEqual(scene.runs, { bad: 1 });
});

test("a program's own parser makes no difference", patience, async (t) => {
  const scene = await Scene.open(t, { parser });
  for (let times = 0; times < 2; times++)
    assert.equal(await (await scene.enter()).send('423["bad"]').next(), '443{"code":"mine","message":"no"}');
  assert.deepEqual(scene.runs, { bad: 1 });
});

test("no program sees the nonce of a client of ours", patience, async (t) => {
  const seen: unknown[] = [];
  const scene = await Scene.open(t);
  const { io } = scene.house;
  io.use((socket, next) => {
    seen.push(socket.handshake.auth);
    next();
  });
  io.of((_name, auth, decide) => {
    seen.push(auth);
    decide(null, true);
  });
  await scene.enter({ ...auth, token: 1 });
  await scene.enter({ ...auth, token: 2 }, { namespace: "/made" });
  assert.deepEqual(seen, [{ token: 1 }, { token: 2 }]);
});
