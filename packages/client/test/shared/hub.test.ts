/** Who leads, who leaves, and what becomes of the others. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openTabs, settled } from "./world.ts";

test("one session for all, whoever came first", async () => {
  const { browser, visitors } = await openTabs(5);
  assert.equal(browser.sessions.length, 1);
  assert.ok(visitors.every(({ session }) => session.readyState === "open" && session.isOurs));
});

test("nothing is given to a session whose server is silent", async () => {
  const { browser, visitors } = await openTabs(2);
  browser.session.isExpired = true;
  visitors[1]?.session.write("2[]");
  await settled();
  assert.deepEqual(browser.session.written, []);
});

test("when the leader is gone, another dials, and the others come back at once", async () => {
  const { browser, visitors } = await openTabs(3);
  const [leader, ...others] = visitors;
  leader?.tab.crash();
  await settled();
  for (const visitor of others) {
    assert.deepEqual(visitor.take(), [["close", "transport close", undefined]]);
    assert.equal(visitor.session.retryAfter, 0);
    visitor.open();
  }
  await settled();
  assert.equal(browser.sessions.length, 2);
  browser.session.open();
  await settled();
  for (const visitor of others) assert.deepEqual(visitor.take(), [["open"]]);
});

test("a leader that goes while others wait for the connection leaves the waiting to the next", async () => {
  const { browser, visitors } = await openTabs(2);
  const [first, second] = visitors;
  browser.session.end("transport close");
  await settled();
  first?.open();
  await settled();
  second?.open();
  await settled();
  second?.take();
  assert.equal(browser.sessions.length, 2);
  first?.tab.crash();
  await settled();
  assert.equal(browser.sessions.length, 3);
  browser.session.open();
  await settled();
  assert.deepEqual(second?.take(), [["open"]]);
});

test("of a tab that crashes the server hears where it is lost", async () => {
  const { browser, visitors } = await openTabs(2);
  const [, second] = visitors;
  for (const text of ["0", "0/chat,", "0/left,", "1/left,", "0/refused,", "0/away,"]) second?.session.write(text);
  await settled();
  const tab = /^0\/#([\w-]+),/.exec(String(browser.session.written[0]))?.[1];
  browser.session.receive(`4/refused#${tab},{"message":"no"}`, `1/away#${tab},`, `4/chat#${tab},7{"code":"timeout"}`);
  browser.session.written.length = 0;
  second?.tab.crash();
  await settled();
  const lost = '{"message":"lost"}';
  assert.deepEqual(browser.session.written, [`4/#${tab},${lost}`, `4/chat#${tab},${lost}`]);
});

test("a tab that is frozen for too long is lost, and comes back when it wakes", async () => {
  const { browser, visitors } = await openTabs(2);
  const [first, second] = visitors;
  assert.ok(first !== undefined && second !== undefined);
  second.session.write("0");
  await settled();
  const tab = /^0\/#([\w-]+),/.exec(String(browser.session.written[0]))?.[1];
  second.tab.isFrozen = true;
  const megabyte = "x".repeat(2 ** 20);
  for (let count = 0; count < 100; count++) browser.session.receive(`2/#${tab},["${megabyte}"]`);
  await settled();
  assert.ok(second.tab.backlog.length < 40);
  assert.equal(browser.session.written.at(-1), `4/#${tab},{"message":"lost"}`);
  second.tab.thaw();
  await settled();
  assert.deepEqual(second.take().at(-1), ["close", "transport close", undefined]);
  second.open();
  await settled();
  assert.deepEqual(second.take(), [["open"]]);
  assert.deepEqual([first.take(), browser.sessions.length], [[], 1]);
});

test("a tab that keeps up hears as much as there is", async () => {
  const { browser, visitors } = await openTabs(2);
  const [, second] = visitors;
  second?.session.write("0");
  await settled();
  const tab = /^0\/#([\w-]+),/.exec(String(browser.session.written[0]))?.[1];
  for (let count = 0; count < 100; count++) {
    browser.session.receive(`51-/#${tab},[{"_placeholder":true,"num":0}]`, new ArrayBuffer(2 ** 20));
    if (count % 10 === 0) await settled();
  }
  await settled();
  assert.equal(second?.take().length, 200);
  assert.equal(second?.session.readyState, "open");
});

test("a leader's page that is put away hands over; when it comes back it follows", async () => {
  const { browser, visitors } = await openTabs(2);
  const [first, second] = visitors;
  assert.ok(first !== undefined && second !== undefined);
  first.tab.hide();
  assert.deepEqual(first.take(), [["close", "transport close", undefined]]);
  assert.equal(browser.session.readyState, "closed");
  first.open();
  await settled();
  second.open();
  await settled();
  browser.session.open();
  await settled();
  assert.deepEqual(second.take(), [["close", "transport close", undefined], ["open"]]);
  assert.deepEqual(first.take(), []);
  first.tab.show();
  await settled();
  assert.deepEqual([first.take(), browser.sessions.length], [[["open"]], 2]);
});
