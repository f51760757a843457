/** In Chromium, the leader goes in every way there is: no tab loses an event, or hears one twice. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { inBrowser, openTabs } from "./browser.ts";
import { assertWhole, Counter, hearsMore, setUp } from "./counting.ts";

interface Departure {
  /** How the leader's tab goes. */
  readonly name: string;
  readonly tabs: number;
  depart(leader: Page): Promise<unknown>;
}

async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const devtools = await page.context().newCDPSession(page);
  devtools.send("Page.crash").catch(() => {}); // there is nobody to answer
  await crashed;
}

const departures: readonly Departure[] = [
  { name: "is closed", tabs: 2, depart: (leader) => leader.close() },
  { name: "is closed", tabs: 5, depart: (leader) => leader.close() },
  { name: "crashes", tabs: 2, depart: crash },
  { name: "crashes", tabs: 5, depart: crash },
  { name: "goes elsewhere", tabs: 2, depart: (leader) => leader.goto("about:blank") },
  { name: "is loaded again", tabs: 2, depart: (leader) => leader.reload() },
];
for (const { name, tabs, depart } of departures) {
  test(`the leader of ${tabs} tabs ${name}`, inBrowser, async (t) => {
    const { io, context, url } = await setUp(t);
    const [leader, ...others] = await openTabs(context, url, { count: tabs });
    assert.ok(leader !== undefined);
    const counter = new Counter(t, io);
    for (const tab of others) await tab.waitForFunction("heard.length > 50");
    await depart(leader);
    for (const tab of others) await hearsMore(tab);
    const total = counter.stop();
    for (const tab of others) {
      await assertWhole(tab, total);
      assert.equal(await tab.evaluate("socket.recovered"), true);
    }
    assert.deepEqual([io.engine.clientsCount, io.sockets.sockets.size], [1, others.length]);
  });
}

for (const transport of ["websocket", "polling"]) {
  test(`one leader after the other goes (${transport}), and the last tab has heard all`, inBrowser, async (t) => {
    const { io, context, url } = await setUp(t);
    const tabs = await openTabs(context, url, { count: 5, transports: [transport] });
    const counter = new Counter(t, io);
    for (const tab of tabs) await tab.waitForFunction("heard.length > 50");
    const last = tabs.pop();
    assert.ok(last !== undefined);
    for (const [index, leader] of tabs.entries()) {
      await leader.close();
      if (index === 1) continue; // the next one goes while it takes over
      await hearsMore(last);
    }
    const total = counter.stop();
    await assertWhole(last, total);
  });
}

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
