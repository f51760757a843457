/** In Chromium, pages are put away and come back. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowser, openTabs } from "./browser.ts";
import { assertWhole, Counter, hearsMore, setUp } from "./counting.ts";

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
    await hearsMore(tab);
  }
  const total = counter.stop();
  for (const tab of tabs) await assertWhole(tab, total);
  assert.equal(io.engine.clientsCount, 1);
});
