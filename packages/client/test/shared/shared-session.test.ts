/** A tab's part of the session: what goes up and comes down, and how it ends. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryBrowser, openTabs, settled, Visitor } from "./world.ts";

/** The names of the tabs, as the server has seen them. */
function tabsOf(browser: MemoryBrowser): string[] {
  return browser.session.written.flatMap((text) => /^0\/#([\w-]+),/.exec(String(text))?.[1] ?? []);
}

test("each packet names its tab on the session, and not in the tab", async () => {
  const { browser, visitors } = await openTabs(2);
  const [first, second] = visitors;
  assert.ok(first !== undefined && second !== undefined);
  first.session.write('0{"token":1}');
  second.session.write("0");
  await settled();
  const [a, b] = tabsOf(browser);
  assert.deepEqual(browser.session.written, [`0/#${a},{"token":1}`, `0/#${b},`]);
  assert.notEqual(a, b);
  browser.session.receive(`2/#${b},["to b"]`, `2/chat#${a},7["to a"]`, '2["to nobody"]', '2/#other,["to another"]');
  await settled();
  assert.deepEqual(first.take(), [["data", '2/chat,7["to a"]']]);
  assert.deepEqual(second.take(), [["data", '2["to b"]']]);
});

test("attachments go with their packet, as ArrayBuffers", async () => {
  const { browser, visitors } = await openTabs(2);
  const [first, second] = visitors;
  assert.ok(first !== undefined && second !== undefined);
  second.session.write("0");
  second.session.write('52-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  second.session.write(new Uint8Array([0, 1, 2, 3]).subarray(1, 3));
  second.session.write(new Uint8Array([4]).buffer);
  await settled();
  const [, text, ...binary] = browser.session.written;
  assert.match(String(text), /^52-\/#[\w-]+,\["a"/);
  assert.deepEqual(binary, [new Uint8Array([1, 2]).buffer, new Uint8Array([4]).buffer]);
  const [tab] = tabsOf(browser);
  browser.session.receive(`51-/#${tab},["b",{"_placeholder":true,"num":0}]`, new Uint8Array([5]).buffer);
  await settled();
  assert.deepEqual(second.take(), [
    ["data", '51-["b",{"_placeholder":true,"num":0}]'],
    ["data", new Uint8Array([5]).buffer],
  ]);
  assert.deepEqual(first.take(), []);
});

test("it is writable again, and calls back, when the session has taken what was sent", async () => {
  const { browser, visitors } = await openTabs(2);
  const session = visitors[1]?.session;
  assert.ok(session !== undefined);
  assert.ok(session.transport.writable);
  let called = 0;
  session.write("2[1]", undefined, () => {
    called += 1;
  });
  await settled();
  session.write("2[2]", { compress: false }, () => {
    called += 10;
  });
  await settled();
  assert.deepEqual([session.transport.writable, called, browser.session.written.length], [false, 0, 1]);
  browser.session.flush();
  await settled();
  assert.deepEqual([session.transport.writable, called, browser.session.written.length], [false, 1, 2]);
  browser.session.flush();
  await settled();
  assert.deepEqual([session.transport.writable, called], [true, 11]);
});

test("closing one ends only that one, with what it has written; the last one ends the session", async () => {
  const { browser, visitors } = await openTabs(3);
  const [first, second, third] = visitors;
  first?.session.write("1");
  first?.session.close();
  assert.deepEqual(first?.take(), [["close", "forced close", undefined]]);
  await settled();
  assert.match(String(browser.session.written.at(-1)), /^1\/#[\w-]+,$/);
  assert.deepEqual([second?.take(), third?.take(), browser.session.readyState], [[], [], "open"]);
  second?.session.close();
  third?.session.close();
  await settled();
  assert.equal(browser.session.readyState, "closed");
  assert.deepEqual([browser.locks.size, browser.channels.size], [0, 0]);
});

test("what happens to the session is told to all: pings, errors, the end and when to come back", async () => {
  const { browser, visitors } = await openTabs(2);
  browser.session.emit("ping");
  browser.session.retryAfter = 1_500;
  browser.session.emit("error", Object.assign(new Error("transport error"), { description: 503 }));
  browser.session.end("transport error");
  await settled();
  for (const visitor of visitors) {
    const [ping, error, close] = visitor.take();
    assert.deepEqual(ping, ["ping"]);
    assert.deepEqual(error, ["error", Object.assign(new Error("transport error"), { description: 503 })]);
    assert.deepEqual(close, ["close", "transport error", { description: "why" }]);
    assert.deepEqual([visitor.session.retryAfter, visitor.session.readyState], [1_500, "closed"]);
  }
  for (const visitor of visitors) visitor.open();
  await settled();
  assert.equal(browser.sessions.length, 2);
  browser.session.open();
  await settled();
  for (const visitor of visitors) assert.deepEqual(visitor.take(), [["open"]]);
});

test("a first try that fails is an error to all who wait for it", async () => {
  const browser = new MemoryBrowser();
  const visitors = [new Visitor(browser.openTab()), new Visitor(browser.openTab())];
  await settled();
  browser.session.emit("error", Object.assign(new Error("xhr poll error"), { description: 401 }));
  browser.session.end("transport error");
  await settled();
  for (const visitor of visitors) {
    const [error] = visitor.take();
    assert.deepEqual(error, ["error", Object.assign(new Error("xhr poll error"), { description: 401 })]);
  }
});

test("with a server that knows no tabs, each connects itself, and goes on as it would alone", async () => {
  const browser = new MemoryBrowser();
  const visitors = [new Visitor(browser.openTab()), new Visitor(browser.openTab())];
  await settled();
  browser.session.isOurs = false;
  browser.session.open();
  await settled();
  const [asked, ...own] = browser.sessions;
  assert.deepEqual([asked?.readyState, own.length], ["closed", 2]);
  for (const session of own) {
    session.isOurs = false;
    session.open();
    session.receive('2["a"]');
  }
  for (const visitor of visitors) {
    visitor.session.write("2[]");
    assert.deepEqual(visitor.take(), [["open"], ["data", '2["a"]']]);
    assert.deepEqual([visitor.session.isOurs, visitor.session.transport.name], [false, "websocket"]);
  }
  for (const session of own) assert.deepEqual(session.written, ["2[]"]);
  visitors[0]?.session.close();
  assert.deepEqual([own.map(({ readyState }) => readyState).toSorted(), browser.locks.size], [["closed", "open"], 0]);
});

test("where locks are refused, each connects itself", async () => {
  const browser = new MemoryBrowser();
  const tab = browser.openTab();
  tab.locks.request = () => Promise.reject(new DOMException("no", "SecurityError"));
  const visitor = new Visitor(tab);
  await settled();
  browser.session.open();
  assert.deepEqual(visitor.take(), [["open"]]);
});

test("one that is closed before it has begun takes nothing", async () => {
  const browser = new MemoryBrowser();
  const visitor = new Visitor(browser.openTab());
  visitor.session.close();
  await settled();
  assert.deepEqual([browser.sessions, browser.locks.size, browser.channels.size], [[], 0, 0]);
  assert.equal(visitor.session.readyState, "closed");
});
