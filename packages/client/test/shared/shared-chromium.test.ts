/** Tabs of one browser on one connection, in Chromium. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Server } from "@anywire/server";
import type { BrowserContext, Page } from "playwright-core";
import { Server as TheirServer } from "socket.io";
import { inBrowser, openBrowser, openTabs, servePage } from "./browser.ts";

interface Stage {
  readonly io: Server;
  readonly context: BrowserContext;
  readonly url: string;
}

async function setUp(t: TestContext): Promise<Stage> {
  const io = new Server({ connectionStateRecovery: {}, pingInterval: 60_000 });
  const url = await servePage(t, (http) => io.attach(http));
  return { io, context: await openBrowser(t), url };
}

/** Emits numbers to all, one after the other, until it is told to stop. */
class Counter {
  readonly #timer: NodeJS.Timeout;
  #count = 0;

  constructor(t: TestContext, io: Server) {
    this.#timer = setInterval(() => io.emit("number", this.#count++), 2);
    t.after(() => this.stop());
  }

  /** @returns how many were emitted */
  stop(): number {
    clearInterval(this.#timer);
    return this.#count;
  }
}

/** The tab has heard all numbers from its first one on, each once, in order. */
async function assertWhole(tab: Page, count: number): Promise<void> {
  await tab.waitForFunction(`heard.at(-1)?.[1] === ${count - 1}`);
  const numbers = await tab.evaluate<number[]>(
    "heard.filter(([name]) => name === 'number').map(([, number]) => number)",
  );
  const [first = 0] = numbers;
  assert.deepEqual(
    numbers,
    Array.from({ length: count - first }, (_, index) => first + index),
  );
}

const hearMore = "(heard.length > globalThis.heardBefore + 50)";
const noteHeard = "globalThis.heardBefore = heard.length";

test("five tabs hold one connection, each with rooms, acks and binary data of its own", inBrowser, async (t) => {
  const { io, context, url } = await setUp(t);
  io.on("connection", (socket) => {
    socket.on("join", (room, joined) => {
      void socket.join(room);
      joined(socket.id);
    });
    socket.on("echo", (...args) => args.pop()(...args));
  });
  const tabs = await openTabs(context, url, { count: 5 });
  assert.equal(io.engine.clientsCount, 1);
  const ids = await Promise.all(tabs.map((tab, index) => tab.evaluate(`socket.emitWithAck("join", "room ${index}")`)));
  assert.deepEqual(ids, await Promise.all(tabs.map((tab) => tab.evaluate("socket.id"))));
  assert.equal(new Set(ids).size, 5);
  for (const index of tabs.keys()) io.to(`room ${index}`).emit("hello", index, Buffer.from([index]));
  for (const [index, tab] of tabs.entries()) {
    await tab.waitForFunction("heard.length === 1");
    const read = "heard[0].slice(0, 2).concat([...new Uint8Array(heard[0][2])])";
    assert.deepEqual(await tab.evaluate(read), ["hello", index, index]);
    const echo = `socket.emitWithAck("echo", new Uint8Array([1, 2, ${index}]).subarray(1)).then((b) => [...new Uint8Array(b)])`;
    assert.deepEqual(await tab.evaluate(echo), [2, index]);
  }
  for (const [index, tab] of tabs.entries()) await tab.evaluate(`socket.on("who", (answer) => answer(${index}))`);
  const answers: number[] = await io.timeout(30_000).emitWithAck("who");
  assert.deepEqual(answers.toSorted(), [0, 1, 2, 3, 4]);
});

test("a tab that closes its socket leaves the others theirs", inBrowser, async (t) => {
  const { io, context, url } = await setUp(t);
  const [first, second] = await openTabs(context, url, { count: 2 });
  assert.ok(first !== undefined && second !== undefined);
  await first.evaluate("socket.io._close()");
  await second.evaluate("socket.emit('still there')");
  assert.ok(await second.evaluate("socket.connected"));
  await second.waitForFunction("socket.connected");
  assert.equal(io.engine.clientsCount, 1);
  await first.evaluate("socket.connect()");
  await first.waitForFunction("socket.connected");
  assert.equal(io.engine.clientsCount, 1);
});

/** How the leader's tab goes. */
const departures: Readonly<Record<string, (leader: Page) => Promise<unknown>>> = {
  "is closed": (leader) => leader.close(),
  "goes elsewhere": (leader) => leader.goto("about:blank"),
  "is loaded again": (leader) => leader.reload(),
  crashes: async (leader) => {
    const crashed = leader.waitForEvent("crash");
    leader.goto("chrome://crash").catch(() => {});
    await crashed;
  },
};
for (const [name, depart] of Object.entries(departures)) {
  for (const count of [2, 5]) {
    test(
      `when the leader of ${count} tabs ${name}, no tab loses an event, or hears one twice`,
      inBrowser,
      async (t) => {
        const { io, context, url } = await setUp(t);
        const [leader, ...others] = await openTabs(context, url, { count });
        assert.ok(leader !== undefined);
        const counter = new Counter(t, io);
        for (const tab of others) await tab.waitForFunction("heard.length > 50");
        await depart(leader);
        for (const tab of others) {
          await tab.evaluate(noteHeard);
          await tab.waitForFunction(hearMore);
        }
        const total = counter.stop();
        for (const tab of others) {
          await assertWhole(tab, total);
          assert.equal(await tab.evaluate("socket.recovered"), true);
        }
        assert.equal(io.engine.clientsCount, 1);
        assert.equal(io.sockets.sockets.size, others.length);
      },
    );
  }
}

for (const transport of ["websocket", "polling"]) {
  test(`one leader after the other goes (${transport}), and the last tab has heard all`, inBrowser, async (t) => {
    const { io, context, url } = await setUp(t);
    const tabs = await openTabs(context, url, { count: 6, transports: [transport] });
    const counter = new Counter(t, io);
    for (const tab of tabs) await tab.waitForFunction("heard.length > 50");
    const last = tabs.pop();
    for (const [index, leader] of tabs.entries()) {
      await leader.close();
      if (index === 2) continue; // the next one goes while it takes over
      await last?.evaluate(noteHeard);
      await last?.waitForFunction(hearMore);
    }
    const total = counter.stop();
    assert.ok(last !== undefined);
    await assertWhole(last, total);
  });
}

test("a worker shares with the tabs, and goes on when they are gone", inBrowser, async (t) => {
  const { io, context, url } = await setUp(t);
  const [leader, tab] = await openTabs(context, url, { count: 2 });
  assert.ok(leader !== undefined && tab !== undefined);
  await tab.evaluate(`{
    globalThis.told = [];
    const worker = new Worker("/worker.js");
    worker.onmessage = ({ data }) => told.push(data);
  }`);
  await tab.waitForFunction("told.length === 1");
  assert.deepEqual([io.engine.clientsCount, io.sockets.sockets.size], [1, 3]);
  await tab.evaluate("socket.close()");
  await leader.close();
  await tab.waitForFunction("told.length === 2");
  io.emit("hello");
  await tab.waitForFunction("told.length === 3");
  assert.deepEqual([io.engine.clientsCount, io.sockets.sockets.size], [1, 1]);
});

test("a tab that crashes is disconnected, the others hear nothing of it", inBrowser, async (t) => {
  const { io, context, url } = await setUp(t);
  const [first, second] = await openTabs(context, url, { count: 2 });
  assert.ok(first !== undefined && second !== undefined);
  const id = await second.evaluate("socket.id");
  const left = new Promise((resolve) => {
    for (const socket of io.sockets.sockets.values())
      if (socket.id === id) socket.on("disconnect", (reason) => resolve(reason));
  });
  second.goto("chrome://crash").catch(() => {});
  assert.equal(await left, "transport close");
  assert.ok(await first.evaluate("socket.connected"));
  assert.deepEqual([io.engine.clientsCount, io.sockets.sockets.size], [1, 1]);
});

test("emits with acks pass in order and once, whoever leads", inBrowser, async (t) => {
  const { io, context, url } = await setUp(t);
  const heard = new Map<string, number[]>();
  io.on("connection", (socket) => {
    socket.on("number", (name: string, number: number, answer: (number: number) => void) => {
      heard.set(name, [...(heard.get(name) ?? []), number]);
      answer(number);
    });
  });
  const script = `
    globalThis.answered = [];
    globalThis.emitter = anywire.io({ shared: true, forceNew: true, retries: 10, ackTimeout: 10_000, reconnectionDelay: 10_000 });
    emitter.io.reconnection(true);
    globalThis.emitAll = (name) => {
      for (let n = 0; n < 300; n++) emitter.emit("number", name, n, (error, number) => answered.push(error ? "failed" : number));
    };`;
  const [leader, ...others] = await openTabs(context, url, { count: 3, script });
  for (const [index, tab] of others.entries()) await tab.evaluate(`emitAll("${index}")`);
  await others[0]?.waitForFunction("answered.length > 50");
  await leader?.close();
  const all = Array.from({ length: 300 }, (_, index) => index);
  for (const [index, tab] of others.entries()) {
    await tab.waitForFunction("answered.length === 300");
    assert.deepEqual(await tab.evaluate("answered"), all);
    assert.deepEqual(heard.get(String(index)), all);
  }
  assert.equal(io.engine.clientsCount, 1);
});

/** It goes elsewhere when it is told to, from where it comes back, and says what it hears then. */
const traveller = `
  addEventListener("pageshow", ({ persisted }) => { globalThis.isBack = persisted; });
  socket.on("go", () => { location.href = "/back"; });
  socket.on("number", (number) => socket.emit("back", { isBack, number, recovered: socket.recovered }));`;

for (const [name, others] of [
  ["alone", 0],
  ["that follows another", 1],
] as const) {
  test(`a tab ${name} comes back from the browser's cache of pages, to what it missed`, inBrowser, async (t) => {
    const { io, context, url } = await setUp(t);
    await openTabs(context, url, { count: others });
    const back = new Promise<unknown>((resolve) => {
      io.on("connection", (socket) => socket.on("back", resolve));
    });
    const [tab] = await openTabs(context, url, { count: 1, script: traveller });
    const [socket] = [...io.sockets.sockets.values()].slice(-1);
    socket?.on("disconnect", () => io.emit("number", 1));
    assert.ok(tab !== undefined);
    socket?.emit("go");
    assert.deepEqual(await back, { isBack: true, number: 1, recovered: true });
    assert.equal(io.engine.clientsCount, 1);
  });
}

test("a page that is put away and shown again comes back to what it missed", inBrowser, async (t) => {
  const { io, context, url } = await setUp(t);
  const tabs = await openTabs(context, url, { count: 3 });
  const counter = new Counter(t, io);
  const pageEvent = (type: string): string => `dispatchEvent(new PageTransitionEvent("${type}", { persisted: true }))`;
  for (const tab of tabs.slice(0, 2)) {
    await tab.waitForFunction("heard.length > 50");
    await tab.evaluate(pageEvent("pagehide"));
    await tab.waitForFunction("!socket.connected");
    await tab.evaluate(pageEvent("pageshow"));
    await tab.waitForFunction("socket.connected");
    await tab.evaluate(noteHeard);
    await tab.waitForFunction(hearMore);
  }
  const total = counter.stop();
  for (const tab of tabs) await assertWhole(tab, total);
  assert.equal(io.engine.clientsCount, 1);
});

test("with a server that knows no tabs, each has a connection of its own", inBrowser, async (t) => {
  const io = new TheirServer();
  const url = await servePage(t, (http) => io.attach(http));
  const tabs = await openTabs(await openBrowser(t), url, { count: 3 });
  io.emit("hello");
  for (const tab of tabs) await tab.waitForFunction("heard.length === 1");
  assert.equal(io.sockets.sockets.size, 3);
  assert.equal(new Set([...io.sockets.sockets.values()].map(({ client }) => client.conn)).size, 3);
});
